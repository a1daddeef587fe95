using System.Buffers;
using System.Text.Json;
using Keyhold.Server.RootKeys;

namespace Keyhold.Server.Control;

/// <summary>
/// A line of JSON from the control socket. While work goes on there may be several; the last one has <c>"end":true</c>.
/// </summary>
public sealed record ControlAnswer
{
    /// <summary>Whether nothing comes after it.</summary>
    public bool IsEnd { get; init; } = true;

    /// <summary>Why it was refused or failed; null when it was not.</summary>
    public string? Failure { get; init; }

    /// <summary>What was done, for people; null when there is nothing to say.</summary>
    public string? Note { get; init; }

    public bool IsSealed { get; init; }

    /// <summary>file, passphrase or pkcs11.</summary>
    public string RootKeyProvider { get; init; } = "";

    /// <summary>Where the root key is, as --root-key takes it.</summary>
    public string RootKeyPlace { get; init; } = "";

    /// <summary>The ring key that new secrets use; null while sealed.</summary>
    public int? DataKeyId { get; init; }

    /// <summary>The last rotation of the data key; null when there was none since the start.</summary>
    public RotationProgress? Rotation { get; init; }

    /// <summary>Null when it is not an answer of this protocol.</summary>
    internal static ControlAnswer? Read(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var json = document.RootElement;
            return new ControlAnswer
            {
                IsEnd = json.GetProperty("end").GetBoolean(),
                Failure = TextOf(json, "failure"),
                Note = TextOf(json, "note"),
                IsSealed = json.GetProperty("sealed").GetBoolean(),
                RootKeyProvider = TextOf(json, "rootKeyProvider") ?? "",
                RootKeyPlace = TextOf(json, "rootKey") ?? "",
                DataKeyId = json.TryGetProperty("dataKey", out var id) ? id.GetInt32() : null,
                Rotation = json.TryGetProperty("rotation", out var rotation) ? ReadRotation(rotation) : null,
            };
        }
        catch (Exception malformed)
            when (malformed is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    /// <summary>The line with its LF.</summary>
    internal ReadOnlyMemory<byte> Write()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteBoolean("end", IsEnd);
            json.WriteBoolean("sealed", IsSealed);
            json.WriteString("rootKeyProvider", RootKeyProvider);
            json.WriteString("rootKey", RootKeyPlace);
            WriteOptional(json, "failure", Failure);
            WriteOptional(json, "note", Note);
            if (DataKeyId is { } id)
            {
                json.WriteNumber("dataKey", id);
            }

            if (Rotation is not null)
            {
                WriteRotation(json, Rotation);
            }

            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenMemory;
    }

    private static void WriteRotation(Utf8JsonWriter json, RotationProgress rotation)
    {
        json.WriteStartObject("rotation");
        json.WriteNumber("done", rotation.Done);
        json.WriteNumber("total", rotation.Total);
        json.WriteBoolean("finished", rotation.IsFinished);
        WriteOptional(json, "failure", rotation.Failure);
        json.WriteStartArray("leftBehind");
        foreach (var row in rotation.LeftBehind)
        {
            json.WriteStringValue(row);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static RotationProgress ReadRotation(JsonElement json) =>
        new(
            json.GetProperty("done").GetInt64(),
            json.GetProperty("total").GetInt64(),
            [.. json.GetProperty("leftBehind").EnumerateArray().Select(row => row.GetString() ?? "")],
            json.GetProperty("finished").GetBoolean(),
            TextOf(json, "failure")
        );

    private static void WriteOptional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static string? TextOf(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? value.GetString() : null;
}
