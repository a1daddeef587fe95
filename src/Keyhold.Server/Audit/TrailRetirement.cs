using System.Text.Json;

namespace Keyhold.Server.Audit;

/// <summary>
/// The closed segments that are no longer kept. A signed line names them, and how the chain begins without them, before
/// they go: so a beginning that retention took is told from one that somebody took.
/// </summary>
internal sealed class TrailRetirement
{
    private readonly TrailFolder folder;
    private readonly IReadOnlyList<TrailSegment> retired;
    private readonly TrailSegment firstKept;

    private TrailRetirement(TrailFolder folder, IReadOnlyList<TrailSegment> retired, TrailSegment firstKept)
    {
        this.folder = folder;
        this.retired = retired;
        this.firstKept = firstKept;
    }

    /// <summary>Null when everything is kept.</summary>
    public static TrailRetirement? Plan(
        TrailFolder folder,
        TrailSegment? open,
        AuditOptions options,
        DateTimeOffset now
    )
    {
        if (open is null || (options.KeepBytes is null && options.KeepAge is null))
        {
            return null;
        }

        var segments = folder.Segments();
        var closed = segments.TakeWhile(segment => segment.FirstSequence < open.FirstSequence).ToList();
        var bytes = closed.Sum(segment => new FileInfo(segment.File).Length);
        var count = 0;
        while (count < closed.Count && MayGo(closed[count], options))
        {
            // A segment's last event is no younger than the beginning of the next one.
            var isOld = options.KeepAge is { } age && BeganAt(segments[count + 1]) is { } ended && now - ended > age;
            if (!isOld && !(bytes > options.KeepBytes))
            {
                break;
            }

            bytes -= new FileInfo(closed[count].File).Length;
            count++;
        }

        return count == 0 ? null : new TrailRetirement(folder, [.. closed.Take(count)], segments[count]);
    }

    public ReadOnlyMemory<byte> Fields(EventFields fields, DateTimeOffset now)
    {
        using var reader = new SegmentReader(firstKept);
        Span<byte> previousHash = stackalloc byte[TrailLine.HashSize];
        if (!reader.Read() || !TrailLine.TryReadLink(reader.Line, out _, previousHash))
        {
            throw new IOException($"{firstKept.Name} does not begin with a line of the trail.");
        }

        var json = TrailControl.Begin(fields, folder.Node, TrailControl.RetireSegments, now);
        json.WriteNumber("keptFromSequence", firstKept.FirstSequence);
        json.WriteString("keptFromPreviousHash", TrailLine.Hex(previousHash));
        json.WriteStartArray("retiredSegments");
        foreach (var segment in retired)
        {
            Write(json, segment);
        }

        json.WriteEndArray();
        return fields.Finish();
    }

    public void Delete()
    {
        foreach (var segment in retired)
        {
            File.Delete(segment.File);
            File.Delete(TrailFolder.MarkOf(segment));
        }

        TornTail.DeleteBefore(folder, firstKept.FirstSequence);
    }

    private static bool MayGo(TrailSegment segment, AuditOptions options) =>
        options.DeleteUnexported || TrailFolder.IsExported(segment);

    private static void Write(Utf8JsonWriter json, TrailSegment segment)
    {
        json.WriteStartObject();
        json.WriteString("name", segment.Name);
        json.WriteString("sha256", TrailLine.Hex(TrailExport.HashOf(segment.File)));
        json.WriteBoolean("exported", TrailFolder.IsExported(segment));
        json.WriteEndObject();
    }

    private static DateTimeOffset? BeganAt(TrailSegment segment)
    {
        using var reader = new SegmentReader(segment);
        return reader.Read() ? TrailEvent.TryParse(reader.Line)?.Time : null;
    }
}
