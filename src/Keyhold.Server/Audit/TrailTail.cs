using System.Security.Cryptography;
using Keyhold.Crypto.Keys;
using Keyhold.Storage.Audit;

namespace Keyhold.Server.Audit;

/// <summary>
/// How a trail ends, read when it is opened. Bytes without LF at its end were torn by a crash. Anything else that does not
/// link, from the database's last checkpoint on, and a trail that does not hold this checkpoint, were changed or cut.
/// </summary>
/// <param name="Sequence">The last good line's; the database's checkpoint's when the trail does not reach it.</param>
/// <param name="Hash">What the next line has as previousHash.</param>
/// <param name="Last">The segment to go on with; null to begin a new one.</param>
/// <param name="Torn">Where torn bytes begin, when there are any.</param>
/// <param name="Damage">What is wrong beyond a torn end; null when nothing is.</param>
internal sealed record TrailTail(long Sequence, byte[] Hash, SegmentScan? Last, TornTail? Torn, string? Damage)
{
    /// <summary>The audit key's, as the database has it; null before there is one.</summary>
    public byte[]? PublicKey { get; private init; }

    /// <summary>The database's last checkpoint; 0 when it knows none.</summary>
    public long CheckpointSequence { get; private init; }

    public static TrailTail Read(TrailFolder folder, AuditAnchor anchor) =>
        Read(folder, anchor.Checkpoint, anchor.PublicKey is not null, ProblemOf(anchor)) with
        {
            PublicKey = anchor.PublicKey,
            CheckpointSequence = anchor.Checkpoint?.Sequence ?? 0,
        };

    /// <summary>
    /// The key signs a checkpoint as soon as it is made, and then its row says so under its HMAC: from then on there are
    /// always both. Without that note the process ended in between; a note that somebody took away is found when the row
    /// is opened.
    /// </summary>
    private static string? ProblemOf(AuditAnchor anchor) =>
        anchor switch
        {
            { PublicKey: null, Checkpoint: null } or { HasSigned: false, Checkpoint: null } => null,
            { Checkpoint: null } => "the database has an audit key, but no checkpoint of it",
            { PublicKey: null } => "it has no audit key",
            { PublicKey: var key, Checkpoint: var row } => IsGood(key, row) ? null : "its key did not sign this one",
        };

    private static bool IsGood(byte[] publicKey, AuditCheckpointRow row)
    {
        try
        {
            return TrailLine.TryReadLink(row.Line, out var sequence, stackalloc byte[TrailLine.HashSize])
                && sequence == row.Sequence
                && CheckpointSignature.IsGood(Crypto.Keys.PublicKey.FromSubjectPublicKeyInfo(publicKey), row.Line);
        }
        catch (KeyFormatException)
        {
            return false;
        }
    }

    private static TrailTail Read(
        TrailFolder folder,
        AuditCheckpointRow? checkpoint,
        bool hasKey,
        string? anchorProblem
    )
    {
        var segments = folder.Segments();
        if (anchorProblem is not null)
        {
            return Damaged(segments, checkpoint, reached: 0, anchorProblem);
        }

        var scans = new List<SegmentScan>();
        foreach (var segment in segments.Skip(IndexOf(segments, checkpoint)))
        {
            var scan = SegmentScan.Of(segment, checkpoint);
            if (Problem(scan, scans.Count > 0 ? scans[^1] : null, isLast: segment == segments[^1]) is { } problem)
            {
                return Damaged(segments, checkpoint, scan.LastSequence + scan.BrokenLines, problem);
            }

            scans.Add(scan);
        }

        // The key's row is on the disk before the trail names the key.
        return !hasKey && scans.Find(scan => scan.Key is not null) is { } keyed
            ? Damaged(
                segments,
                checkpoint,
                scans[^1].LastSequence,
                $"{keyed.Segment.Name} names an audit key, and the database has none"
            )
            : End(folder, segments, scans, checkpoint);
    }

    /// <summary>The segment in which the checkpoint stands: what is before it is signed.</summary>
    private static int IndexOf(IReadOnlyList<TrailSegment> segments, AuditCheckpointRow? checkpoint) =>
        Math.Max(segments.Count(segment => segment.FirstSequence <= (checkpoint?.Sequence ?? 0)) - 1, 0);

    private static string? Problem(SegmentScan scan, SegmentScan? before, bool isLast)
    {
        var name = scan.Segment.Name;
        if (scan.BrokenLines > 0)
        {
            return $"{name} has a line that does not link behind sequence {scan.LastSequence}";
        }

        if (scan.HasTornEnd && !isLast)
        {
            return $"{name} does not link to its end";
        }

        var isLinked =
            before is null
            || (
                scan.Segment.FirstSequence == before.LastSequence + 1
                && (scan.LastSequence == 0 || scan.PreviousHash.AsSpan().SequenceEqual(before.LastHash))
            );
        return isLinked ? null : $"{name} does not link to {before!.Segment.Name}";
    }

    private static TrailTail End(
        TrailFolder folder,
        IReadOnlyList<TrailSegment> segments,
        List<SegmentScan> scans,
        AuditCheckpointRow? checkpoint
    )
    {
        TornTail? torn = null;
        var goesOn = true;
        if (scans is [.., { HasTornEnd: true } last])
        {
            torn = new TornTail(last.Segment, last.GoodBytes);
            goesOn = last.LastSequence > 0;
        }

        // Without even its first line, the chain ends in the segment before.
        var ending = goesOn ? scans.LastOrDefault() : scans.SkipLast(1).LastOrDefault();
        var reached = ending?.LastSequence ?? 0;
        if (Missing(folder, segments, scans, checkpoint, reached) is { } missing)
        {
            return Damaged(segments, checkpoint, reached, missing);
        }

        return new TrailTail(
            reached,
            ending?.LastHash ?? new byte[TrailLine.HashSize],
            goesOn ? ending : null,
            torn,
            Damage: null
        );
    }

    private static string? Missing(
        TrailFolder folder,
        IReadOnlyList<TrailSegment> segments,
        List<SegmentScan> scans,
        AuditCheckpointRow? checkpoint,
        long reached
    )
    {
        if (checkpoint is not null && segments.Count == 0)
        {
            return "there is no segment";
        }

        if (checkpoint is not null && reached < checkpoint.Sequence)
        {
            return reached > 0 ? $"its last good line has sequence {reached}" : "its only segment has no readable line";
        }

        if (scans.Exists(scan => scan.DiffersAtCheckpoint))
        {
            return "it has another line there";
        }

        if (segments.Count > 0 && segments[0].FirstSequence > (checkpoint?.Sequence ?? 1))
        {
            return $"it begins with sequence {segments[0].FirstSequence}";
        }

        // Retention deletes only when the database knows a checkpoint behind the line that says so.
        return
            scans
                .SelectMany(scan => scan.RetiredUnsigned)
                .FirstOrDefault(name => !File.Exists(Path.Combine(folder.Path, Path.GetFileName(name))))
                is { } gone
            ? $"{gone} is missing, and the line that says retention took it is not signed"
            : null;
    }

    /// <summary>The trail goes on behind all that there is and was, in a segment of its own, and stays as it was found.</summary>
    private static TrailTail Damaged(
        IReadOnlyList<TrailSegment> segments,
        AuditCheckpointRow? checkpoint,
        long reached,
        string finding
    )
    {
        var damage = checkpoint is null
            ? $"The audit trail is damaged: {finding}."
            : $"The audit trail is damaged: the database knows a checkpoint at sequence {checkpoint.Sequence}, but {finding}.";
        var hash = checkpoint is null ? new byte[TrailLine.HashSize] : SHA256.HashData(checkpoint.Line);
        var lastName = segments.Count > 0 ? segments[^1].FirstSequence : 0;
        return new TrailTail(
            Math.Max(Math.Max(checkpoint?.Sequence ?? 0, reached), lastName),
            hash,
            Last: null,
            Torn: null,
            damage
        );
    }
}
