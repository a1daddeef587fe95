using System.Text.Json;

namespace Keyhold.Cli.Commands.Certificates;

/// <summary>A line of a batch: {"id","leaf","chain":[],"anchors":[],"at","profile"}; null counts as absent.</summary>
internal sealed class CheckBatchLine
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>A string or a number, as JSON; kept even when the rest of the line is of no use.</summary>
    public JsonElement? Id { get; private set; }

    public string Leaf { get; private set; } = "";

    public IReadOnlyList<string> Chain { get; private set; } = [];

    /// <summary>Null when the line does not say.</summary>
    public IReadOnlyList<string>? Anchors { get; private set; }

    public string? At { get; private set; }

    public string? Profile { get; private set; }

    /// <summary>Takes the line's values out of its JSON.</summary>
    /// <exception cref="FormatException">Says what is wrong; <see cref="Id"/> is there if it could be read.</exception>
    public void Read(ReadOnlyMemory<byte> json)
    {
        var text = json.Span.StartsWith(ByteOrderMark) ? json[ByteOrderMark.Length..] : json;
        using var document = Parse(text);
        var line = document.RootElement;
        if (line.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException(
                $"it is a JSON {NameOf(line)}, but an object such as {{\"id\":..,\"leaf\":..}} is expected"
            );
        }

        Id = IdOf(line);
        Leaf = Text(line, "leaf") ?? throw new FormatException("\"leaf\" is missing: give the certificate's PEM");
        Chain = Texts(line, "chain") ?? [];
        Anchors = Texts(line, "anchors");
        At = Text(line, "at");
        Profile = Text(line, "profile");
    }

    private JsonDocument Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException malformed)
        {
            Id = IdBeforeDamage(json);
            throw new FormatException($"it is not JSON: {malformed.Message}", malformed);
        }
    }

    /// <summary>A line that was cut off or damaged usually begins well, with its id.</summary>
    private static JsonElement? IdBeforeDamage(ReadOnlyMemory<byte> json)
    {
        var reader = new Utf8JsonReader(json.Span);
        try
        {
            while (reader.Read())
            {
                if (
                    reader is not { CurrentDepth: 1, TokenType: JsonTokenType.PropertyName }
                    || !reader.ValueTextEquals("id"u8)
                )
                {
                    continue;
                }

                using var id = JsonDocument.ParseValue(ref reader);
                return CheckedId(id.RootElement);
            }
        }
        catch (Exception damaged) when (damaged is JsonException or FormatException)
        {
            // The damage came before the id, or is in it.
        }

        return null;
    }

    private static JsonElement? IdOf(JsonElement line) => Find(line, "id") is { } id ? CheckedId(id) : null;

    private static JsonElement CheckedId(JsonElement id)
    {
        if (id.ValueKind != JsonValueKind.Number)
        {
            _ = TextOf(id, "id");
        }

        return id.Clone();
    }

    private static string? Text(JsonElement line, string name) =>
        Find(line, name) is { } value ? TextOf(value, name) : null;

    private static IReadOnlyList<string>? Texts(JsonElement line, string name)
    {
        if (Find(line, name) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Select(item => TextOf(item, name))]
            : throw new FormatException(
                $"\"{name}\" is a JSON {NameOf(value)}, but an array of PEM strings is expected"
            );
    }

    private static JsonElement? Find(JsonElement line, string name)
    {
        try
        {
            return line.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
        }
        catch (InvalidOperationException broken)
        {
            throw new FormatException("a name in it is no text: it holds half a character or broken UTF-8", broken);
        }
    }

    private static string TextOf(JsonElement value, string name)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            throw new FormatException($"\"{name}\" holds a JSON {NameOf(value)}, but a string is expected");
        }

        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException broken)
        {
            throw new FormatException($"\"{name}\" is no text: it holds half a character or broken UTF-8", broken);
        }
    }

    private static string NameOf(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Object => "object",
            JsonValueKind.Array => "array",
            JsonValueKind.String => "string",
            JsonValueKind.Number => "number",
            JsonValueKind.Null => "null",
            _ => "boolean",
        };
}
