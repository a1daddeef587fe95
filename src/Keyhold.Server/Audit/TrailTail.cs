using System.Security.Cryptography;
using Keyhold.Storage.Audit;

namespace Keyhold.Server.Audit;

/// <summary>
/// How a trail ends, read when it is opened. An end that no longer links, behind the database's last checkpoint, was torn
/// by a crash; a trail that does not reach or does not hold that checkpoint was cut or changed.
/// </summary>
/// <param name="Sequence">The last good line's; the database's checkpoint's when the trail does not reach it.</param>
/// <param name="Hash">What the next line has as previousHash.</param>
/// <param name="Last">The segment to go on with; null to begin a new one.</param>
/// <param name="Torn">Where torn bytes begin, when there are any.</param>
/// <param name="Damage">What is wrong beyond a torn end; null when nothing is.</param>
internal sealed record TrailTail(long Sequence, byte[] Hash, SegmentScan? Last, TornTail? Torn, string? Damage)
{
    public static TrailTail Read(TrailFolder folder, AuditCheckpointRow? checkpoint)
    {
        var segments = folder.Segments();
        if (segments.Count == 0)
        {
            return checkpoint is null
                ? new TrailTail(0, new byte[TrailLine.HashSize], Last: null, Torn: null, Damage: null)
                : Damaged(checkpoint, reached: 0, lastName: 0, "there is no segment");
        }

        var last = SegmentScan.Of(segments[^1], checkpoint);
        if (last.LastSequence > 0)
        {
            return EndingIn(
                last,
                torn: last.HasTornEnd ? new TornTail(last.Segment, last.GoodBytes) : null,
                checkpoint
            );
        }

        // Not even its first line was written whole: the chain ends in the segment before.
        var torn = new TornTail(segments[^1], Offset: 0);
        if (segments.Count == 1)
        {
            return checkpoint is null && segments[0].FirstSequence == 1
                ? new TrailTail(0, new byte[TrailLine.HashSize], Last: null, torn, Damage: null)
                : Damaged(checkpoint, reached: 0, segments[0].FirstSequence, "its only segment has no readable line");
        }

        var before = SegmentScan.Of(segments[^2], checkpoint);
        return before.HasTornEnd || before.LastSequence == 0
            ? Damaged(
                checkpoint,
                before.LastSequence,
                segments[^1].FirstSequence,
                $"{before.Segment.Name} does not link to its end"
            )
            : EndingIn(before, torn, checkpoint) with
            {
                Last = null,
            };
    }

    private static TrailTail EndingIn(SegmentScan scan, TornTail? torn, AuditCheckpointRow? checkpoint)
    {
        if (checkpoint is not null && scan.LastSequence < checkpoint.Sequence)
        {
            return Damaged(
                checkpoint,
                scan.LastSequence,
                scan.Segment.FirstSequence,
                $"its last good line has sequence {scan.LastSequence}"
            );
        }

        return scan.DiffersAtCheckpoint
            ? Damaged(checkpoint, scan.LastSequence, scan.Segment.FirstSequence, "it has another line there")
            : new TrailTail(scan.LastSequence, scan.LastHash, scan, torn, Damage: null);
    }

    /// <summary>The trail goes on behind all that there is and was, in a segment of its own, and stays as it was found.</summary>
    private static TrailTail Damaged(AuditCheckpointRow? checkpoint, long reached, long lastName, string finding)
    {
        var damage = checkpoint is null
            ? $"The audit trail is damaged: {finding}."
            : $"The audit trail is damaged: the database knows a checkpoint at sequence {checkpoint.Sequence}, but {finding}.";
        var hash = checkpoint is null ? new byte[TrailLine.HashSize] : SHA256.HashData(checkpoint.Line);
        return new TrailTail(
            Math.Max(Math.Max(checkpoint?.Sequence ?? 0, reached), lastName),
            hash,
            Last: null,
            Torn: null,
            damage
        );
    }
}
