using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Keyhold.Protocol.Answers;

/// <summary>
/// Compact JSON. The relaxed encoder matters: Alibaba's older .NET client cannot read <c>\uXXXX</c>, so an escaped
/// '+' would corrupt every base64 value it receives.
/// </summary>
internal sealed class JsonAnswer : AnswerWriter, IDisposable
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Utf8JsonWriter json;

    public JsonAnswer(IBufferWriter<byte> output)
    {
        json = new Utf8JsonWriter(output, Options);
        json.WriteStartObject();
    }

    /// <summary>Closes the object and hands all bytes to the output.</summary>
    public void Complete()
    {
        json.WriteEndObject();
        json.Flush();
    }

    public override void Text(string name, string? value)
    {
        if (value is not null)
        {
            json.WritePropertyName(name);
            TextValue(value);
        }
    }

    public override void Flag(string name, bool value) => json.WriteBoolean(name, value);

    public override void Number(string name, long value) => json.WriteNumber(name, value);

    public override void NumberAsWritten(string name, string digits)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(digits);
    }

    public override void Texts(string listName, string itemName, IEnumerable<string> items, bool wrapped)
    {
        StartList(listName, itemName, wrapped);
        foreach (var item in items)
        {
            TextValue(item);
        }

        EndList(wrapped);
    }

    public override void Objects<T>(
        string listName,
        string itemName,
        IEnumerable<T> items,
        Action<AnswerWriter, T> write,
        bool wrapped = true
    )
    {
        StartList(listName, itemName, wrapped);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(this, item);
            json.WriteEndObject();
        }

        EndList(wrapped);
    }

    public override void Object(string name, Action<AnswerWriter> write)
    {
        json.WriteStartObject(name);
        write(this);
        json.WriteEndObject();
    }

    public void Dispose() => json.Dispose();

    // Even the relaxed encoder escapes some of what lies outside ASCII: rare Chinese characters, the wide blank U+3000.
    private void TextValue(string value)
    {
        if (value.AsSpan().IndexOfAnyExceptInRange('\0', '\u007E') < 0)
        {
            json.WriteStringValue(value);
            return;
        }

        var quoted = new StringBuilder(value.Length + 2).Append('"');
        foreach (var character in value)
        {
            _ = character switch
            {
                '"' or '\\' => quoted.Append('\\').Append(character),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                '\b' => quoted.Append("\\b"),
                '\f' => quoted.Append("\\f"),
                < ' ' => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                _ => quoted.Append(character),
            };
        }

        // UTF-8 made here, since it replaces half a surrogate pair, at which the writer would throw.
        json.WriteRawValue(Encoding.UTF8.GetBytes(quoted.Append('"').ToString()), skipInputValidation: true);
    }

    private void StartList(string listName, string itemName, bool wrapped)
    {
        if (wrapped)
        {
            json.WriteStartObject(listName);
            json.WriteStartArray(itemName);
        }
        else
        {
            json.WriteStartArray(listName);
        }
    }

    private void EndList(bool wrapped)
    {
        json.WriteEndArray();
        if (wrapped)
        {
            json.WriteEndObject();
        }
    }
}
