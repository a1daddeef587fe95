using System.Security.Cryptography;
using Keyhold.Storage.Audit;

namespace Keyhold.Server.Audit;

/// <summary>One segment, followed from its first line as far as its lines link.</summary>
internal sealed class SegmentScan
{
    private SegmentScan(TrailSegment segment) => Segment = segment;

    public TrailSegment Segment { get; }

    /// <summary>0 when not even the first line is one.</summary>
    public long LastSequence { get; private set; }

    public byte[] LastHash { get; } = new byte[TrailLine.HashSize];

    /// <summary>What the first line links to.</summary>
    public byte[] PreviousHash { get; } = new byte[TrailLine.HashSize];

    /// <summary>Where the first byte stands that belongs to no good line.</summary>
    public long GoodBytes { get; private set; }

    /// <summary>Whether bytes without LF stand behind the last line, or nothing at all in the file: a crash leaves such.</summary>
    public bool HasTornEnd { get; private set; }

    /// <summary>Whole lines from the first one on that does not link; a crash leaves none.</summary>
    public long BrokenLines { get; private set; }

    public DateTimeOffset? StartedAt { get; private set; }

    /// <summary>The key that the segment names.</summary>
    public string? Key { get; private set; }

    /// <summary>Whether it holds another line where the database knows a checkpoint.</summary>
    public bool DiffersAtCheckpoint { get; private set; }

    /// <summary>The segments that lines behind the database's checkpoint say retention deleted.</summary>
    public List<string> RetiredUnsigned { get; } = [];

    public static SegmentScan Of(TrailSegment segment, AuditCheckpointRow? checkpoint)
    {
        var scan = new SegmentScan(segment);
        using var reader = new SegmentReader(segment);
        Span<byte> previous = stackalloc byte[TrailLine.HashSize];
        while (reader.Read())
        {
            if (!reader.IsWhole)
            {
                scan.HasTornEnd = true;
                break;
            }

            if (scan.BrokenLines > 0 || !scan.Links(reader.Line, previous, out var sequence))
            {
                scan.BrokenLines++;
                continue;
            }

            if (scan.LastSequence == 0)
            {
                previous.CopyTo(scan.PreviousHash);
            }

            scan.Note(reader.Line, sequence, checkpoint);
            scan.GoodBytes = reader.Offset + reader.Line.Length + 1;
        }

        scan.HasTornEnd |= reader.LineNumber == 0;
        return scan;
    }

    private bool Links(ReadOnlySpan<byte> line, Span<byte> previous, out long sequence) =>
        TrailLine.TryReadLink(line, out sequence, previous)
        && (
            LastSequence == 0
                ? sequence == Segment.FirstSequence
                : sequence == LastSequence + 1 && previous.SequenceEqual(LastHash)
        );

    private void Note(ReadOnlySpan<byte> line, long sequence, AuditCheckpointRow? checkpoint)
    {
        LastSequence = sequence;
        SHA256.HashData(line, LastHash);
        if (checkpoint is not null && sequence == checkpoint.Sequence)
        {
            DiffersAtCheckpoint = !line.SequenceEqual(checkpoint.Line);
        }

        if (TrailLine.IsControl(line) && TrailEvent.TryParse(line) is { } control)
        {
            switch (control.Name)
            {
                case TrailControl.StartSegment:
                    StartedAt = control.Time;
                    Key = control.Text("auditKey");
                    break;
                case TrailControl.RetireSegments when sequence > (checkpoint?.Sequence ?? 0):
                    RetiredUnsigned.AddRange(control.RetiredSegments().Select(retired => retired.Name));
                    break;
            }
        }
    }
}
