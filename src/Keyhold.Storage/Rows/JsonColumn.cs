using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Keyhold.Storage.Rows;

/// <summary>Lists in a text column: texts as ["a","b"], pairs and rows as [["key","value"]], order and duplicates kept.</summary>
internal static class JsonColumn
{
    public static string FromTexts(IReadOnlyList<string> texts)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var text in texts)
            {
                json.WriteStringValue(text);
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static IReadOnlyList<string> ToTexts(string column)
    {
        using var document = JsonDocument.Parse(column);
        var texts = new List<string>(document.RootElement.GetArrayLength());
        foreach (var text in document.RootElement.EnumerateArray())
        {
            texts.Add(text.GetString()!);
        }

        return texts;
    }

    public static string FromPairs(IReadOnlyList<KeyValuePair<string, string>> pairs)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var (key, value) in pairs)
            {
                json.WriteStartArray();
                json.WriteStringValue(key);
                json.WriteStringValue(value);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static IReadOnlyList<KeyValuePair<string, string>> ToPairs(string column)
    {
        using var document = JsonDocument.Parse(column);
        var pairs = new List<KeyValuePair<string, string>>(document.RootElement.GetArrayLength());
        foreach (var pair in document.RootElement.EnumerateArray())
        {
            pairs.Add(new(pair[0].GetString()!, pair[1].GetString()!));
        }

        return pairs;
    }

    public static string FromRows(IEnumerable<IReadOnlyList<string>> rows)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var row in rows)
            {
                json.WriteStartArray();
                foreach (var field in row)
                {
                    json.WriteStringValue(field);
                }

                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static IReadOnlyList<IReadOnlyList<string>> ToRows(string column)
    {
        using var document = JsonDocument.Parse(column);
        return
        [
            .. document
                .RootElement.EnumerateArray()
                .Select(row => (IReadOnlyList<string>)[.. row.EnumerateArray().Select(field => field.GetString()!)]),
        ];
    }
}
