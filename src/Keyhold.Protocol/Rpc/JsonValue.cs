using System.Text;
using System.Text.Json;

namespace Keyhold.Protocol.Rpc;

/// <summary>JSON text in a parameter: flat lists of strings, and lists of pairs of strings. Anything else is refused.</summary>
internal static class JsonValue
{
    private const string TextsShape = "Send a JSON array of strings, like [\"a\",\"b\"].";

    public static IReadOnlyList<string> Texts(string name, string json, int maximum)
    {
        return Read(
            name,
            json,
            TextsShape,
            (ref Utf8JsonReader reader) =>
            {
                var texts = new List<string>();
                var isObject = reader.TokenType == JsonTokenType.StartObject;
                if (!isObject && reader.TokenType != JsonTokenType.StartArray)
                {
                    throw ApiException.InvalidParameter(name, Found(reader.TokenType), TextsShape);
                }

                while (reader.Read() && reader.TokenType is not (JsonTokenType.EndArray or JsonTokenType.EndObject))
                {
                    if (isObject)
                    {
                        reader.Read();
                    }

                    texts.Add(Text(name, ref reader, TextsShape));
                    CheckCount(name, texts.Count, maximum);
                }

                return texts;
            }
        );
    }

    public static IReadOnlyList<KeyValuePair<string, string>> Pairs(
        string name,
        string json,
        string keyField,
        string valueField,
        int maximum
    )
    {
        var shape = $"Send a JSON array like [{{\"{keyField}\":\"a\",\"{valueField}\":\"b\"}}].";
        return Read(
            name,
            json,
            shape,
            (ref Utf8JsonReader reader) =>
            {
                var pairs = new List<KeyValuePair<string, string>>();
                if (reader.TokenType != JsonTokenType.StartArray)
                {
                    throw ApiException.InvalidParameter(name, Found(reader.TokenType), shape);
                }

                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    pairs.Add(Pair(name, ref reader, keyField, valueField, shape));
                    CheckCount(name, pairs.Count, maximum);
                }

                return pairs;
            }
        );
    }

    private delegate T ReadValue<T>(ref Utf8JsonReader reader);

    private static T Read<T>(string name, string json, string shape, ReadValue<T> read)
    {
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
            reader.Read();
            var value = read(ref reader);

            // What stands behind the value makes the reader throw.
            while (reader.Read()) { }

            return value;
        }
        catch (JsonException exception)
        {
            throw ApiException.InvalidParameter(
                name,
                $"not valid JSON, line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}",
                shape
            );
        }
        catch (InvalidOperationException)
        {
            throw ApiException.InvalidParameter(name, "a string with half a surrogate pair", shape);
        }
    }

    private static KeyValuePair<string, string> Pair(
        string name,
        ref Utf8JsonReader reader,
        string keyField,
        string valueField,
        string shape
    )
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw ApiException.InvalidParameter(name, Found(reader.TokenType) + " in the array", shape);
        }

        string? key = null;
        string? value = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = reader.GetString();
            reader.Read();
            if (string.Equals(field, keyField, StringComparison.Ordinal) && key is null)
            {
                key = Text(name, ref reader, shape);
            }
            else if (string.Equals(field, valueField, StringComparison.Ordinal) && value is null)
            {
                value = Text(name, ref reader, shape);
            }
            else
            {
                throw ApiException.InvalidParameter(
                    name,
                    $"found an unknown or repeated field {Shown.Quoted(field ?? "")}",
                    shape
                );
            }
        }

        return new(
            key ?? throw ApiException.InvalidParameter(name, $"found an object without {keyField}", shape),
            value ?? ""
        );
    }

    private static string Text(string name, ref Utf8JsonReader reader, string shape) =>
        reader.TokenType == JsonTokenType.String
            ? reader.GetString() ?? ""
            : throw ApiException.InvalidParameter(name, Found(reader.TokenType) + " where text belongs", shape);

    private static string Found(JsonTokenType type) =>
        type switch
        {
            JsonTokenType.StartObject => "found an object",
            JsonTokenType.StartArray => "found a list",
            JsonTokenType.String => "found a text",
            JsonTokenType.Number => "found a number",
            JsonTokenType.Null => "found null",
            _ => "found true or false",
        };

    private static void CheckCount(string name, int found, int maximum)
    {
        if (found > maximum)
        {
            throw ApiException.InvalidParameter(name, $"found more than {maximum} entries", $"Send at most {maximum}.");
        }
    }
}
