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

    /// <summary>Where the first byte stands that belongs to no good line.</summary>
    public long GoodBytes { get; private set; }

    public bool HasTornEnd { get; private set; }

    public DateTimeOffset? StartedAt { get; private set; }

    /// <summary>The key that the segment names.</summary>
    public string? Key { get; private set; }

    /// <summary>The last checkpoint's sequence; 0 when it holds none.</summary>
    public long CheckpointSequence { get; private set; }

    /// <summary>Whether it holds another line where the database knows a checkpoint.</summary>
    public bool DiffersAtCheckpoint { get; private set; }

    public static SegmentScan Of(TrailSegment segment, AuditCheckpointRow? checkpoint)
    {
        var scan = new SegmentScan(segment);
        using var reader = new SegmentReader(segment);
        Span<byte> previous = stackalloc byte[TrailLine.HashSize];
        while (reader.Read())
        {
            if (!reader.IsWhole || !scan.Links(reader.Line, previous, out var sequence))
            {
                scan.HasTornEnd = true;
                break;
            }

            scan.Note(reader.Line, sequence, checkpoint);
            scan.GoodBytes = reader.Offset + reader.Line.Length + 1;
        }

        scan.HasTornEnd |= scan.LastSequence == 0;
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
                case TrailControl.Checkpoint:
                    CheckpointSequence = sequence;
                    break;
            }
        }
    }
}
