using System.Text.Json;

namespace Keyhold.Protocol.Rpc;

/// <summary>
/// A JSON body of a V3 request: one flat object whose members count as parameters. Strings are taken as they are,
/// numbers and booleans as written, null as absent. Lists and objects are refused: the API's structured parameters are
/// JSON text inside a string, and guessing at another meaning would sign one thing and do another.
/// </summary>
internal static class JsonBody
{
    public static void Read(ReadOnlySpan<byte> body, WireParameters target)
    {
        try
        {
            var json = new Utf8JsonReader(body);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                throw WireParameters.Unreadable(
                    "a JSON body that is not an object",
                    "Send one flat JSON object, or a form."
                );
            }

            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                ReadMember(ref json, target);
            }

            // Reads to the end, so that anything behind the object is refused by the reader.
            while (json.Read()) { }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string that is not UTF-8 or holds half a surrogate pair.
            throw WireParameters.Unreadable(
                "a body that is not valid JSON",
                "Send one flat JSON object in UTF-8, or a form."
            );
        }
    }

    private static void ReadMember(ref Utf8JsonReader json, WireParameters target)
    {
        var nameLength = json.CopyString(target.Room);
        var nameStart = target.Take(nameLength);
        json.Read();
        switch (json.TokenType)
        {
            case JsonTokenType.Null:
                return;
            case JsonTokenType.String:
                var textLength = json.CopyString(target.Room);
                target.Add(nameStart, nameLength, target.Take(textLength), textLength, inQuery: false);
                return;
            case JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False:
                var length = json.ValueSpan.Length;
                json.ValueSpan.CopyTo(target.Room);
                target.Add(nameStart, nameLength, target.Take(length), length, inQuery: false);
                return;
            default:
                throw WireParameters.Unreadable(
                    "a list or object inside the JSON body",
                    "Send structured parameters as JSON text in a string."
                );
        }
    }
}
