using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Keyhold.Cli.Input;

/// <summary>Several texts as the JSON array that list parameters of the API are.</summary>
internal static class JsonTexts
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Null for none, so that the parameter is left out.</summary>
    public static string? Write(IReadOnlyList<string>? texts)
    {
        if (texts is null or [])
        {
            return null;
        }

        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Relaxed))
        {
            writer.WriteStartArray();
            foreach (var text in texts)
            {
                writer.WriteStringValue(text);
            }

            writer.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
