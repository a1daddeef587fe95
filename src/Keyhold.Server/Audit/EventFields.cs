using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Keyhold.Server.Audit;

/// <summary>Writes the fields of one line, over and over into the same memory.</summary>
internal sealed class EventFields : IDisposable
{
    /// <summary>Texts stay readable, and a line feed can only stand at a line's end.</summary>
    private static readonly JsonWriterOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>An event larger than this was a rare one: its memory is not kept.</summary>
    private const int LargestKept = 64 * 1024;

    private readonly ArrayBufferWriter<byte> buffer = new(2048);
    private readonly Utf8JsonWriter json;

    public EventFields() => json = new Utf8JsonWriter(buffer, Readable);

    public bool IsWorthKeeping => buffer.Capacity <= LargestKept;

    /// <summary>Begins a new event; write its properties, then take <see cref="Finish"/>.</summary>
    public Utf8JsonWriter Begin()
    {
        buffer.ResetWrittenCount();
        json.Reset();
        json.WriteStartObject();
        return json;
    }

    /// <summary>The fields without the object's braces, good until the next <see cref="Begin"/>.</summary>
    public ReadOnlyMemory<byte> Finish()
    {
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory[1..^1];
    }

    public void Dispose() => json.Dispose();
}
