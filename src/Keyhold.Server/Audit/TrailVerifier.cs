using System.Security.Cryptography;
using Keyhold.Storage.Audit;

namespace Keyhold.Server.Audit;

/// <summary>
/// Verifies a trail without the root key and without writing anything: every line's link, every checkpoint's signature,
/// and against the database's last checkpoint that nothing is missing at the end (docs/audit.md).
/// </summary>
public sealed class TrailVerifier
{
    private readonly TrailPlace place;
    private readonly AuditCheckpointRow? known;
    private readonly TrailReport report = new();
    private readonly ControlLineCheck controls;
    private readonly byte[] expectedHash = new byte[TrailLine.HashSize];
    private long expectedSequence;
    private long firstSequence;
    private byte[] firstPreviousHash = [];
    private long lines;
    private bool metKnown;
    private bool needsStart;

    private TrailVerifier(TrailPlace place)
    {
        this.place = place;
        known = place.Anchor?.Checkpoint;
        controls = new ControlLineCheck(place.Folder, isExported: place.Anchor is null, report);
    }

    private long LastSequence => Math.Max(expectedSequence - 1, 0);

    /// <summary>
    /// Verifies the trail of a data folder or of a folder with exported segments. <paramref name="pinned"/> is the
    /// fingerprint that the key must have; null takes the trail's word. <see cref="TrailUnreadableException"/> when there is
    /// nothing to verify.
    /// </summary>
    /// <param name="shared">What <see cref="SharedAnchor"/> found, before, where the database is not in the folder.</param>
    public static TrailVerdict Verify(string folder, string? pinned, SharedAnchor? shared = null)
    {
        try
        {
            // The database first: whatever the trail has by then, it has when it is read.
            return new TrailVerifier(TrailPlace.Of(folder, withAnchor: true, shared?.Anchor)).Verify(pinned);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new TrailUnreadableException(
                $"The audit trail in {folder} cannot be read: {unreadable.Message}",
                unreadable
            );
        }
    }

    private TrailVerdict Verify(string? pinned)
    {
        var segments = place.Folder.Segments();
        if (segments.Count == 0 && known is null && place.Anchor?.PublicKey is null)
        {
            throw new TrailUnreadableException(
                $"There is no audit trail in {place.Folder.Path} yet, and the database knows of none."
            );
        }

        foreach (var segment in segments)
        {
            Follow(segment, isLast: segment == segments[^1]);
        }

        report.File = segments.Count > 0 ? segments[0].Name : place.Folder.Path;
        CheckBeginning(segments);
        CheckKey(pinned);
        report.File = segments.Count > 0 ? segments[^1].Name : place.Folder.Path;
        CheckEnd(mustBeSigned: pinned is not null || place.Anchor?.PublicKey is not null);
        return new TrailVerdict(
            report.Findings,
            report.Notes,
            controls.KeyFingerprint,
            segments.Count,
            lines,
            firstSequence,
            LastSequence,
            controls.SignedSequence
        );
    }

    private void Follow(TrailSegment segment, bool isLast)
    {
        report.File = segment.Name;
        needsStart = true;
        using var reader = new SegmentReader(segment);
        while (reader.Read())
        {
            if (!reader.IsWhole && isLast)
            {
                report.Note(
                    $"{segment.Name} ends with {reader.Line.Length} bytes of a torn line, which a crash leaves; the next start of the server closes it."
                );
                return;
            }

            Check(reader);
        }

        if (reader.LineNumber == 0 && !isLast)
        {
            report.Find(0, expectedSequence, "the segment is empty");
        }
    }

    private void Check(SegmentReader reader)
    {
        Span<byte> previous = stackalloc byte[TrailLine.HashSize];
        if (!reader.IsWhole || !TrailLine.TryReadLink(reader.Line, out var sequence, previous))
        {
            report.Find(reader.LineNumber, expectedSequence, "this is no line of the trail: it was changed or cut");
            SHA256.HashData(reader.Line, expectedHash);
            expectedSequence++;
            return;
        }

        lines++;
        if (expectedSequence == 0)
        {
            firstSequence = sequence;
            firstPreviousHash = previous.ToArray();
        }
        else
        {
            CheckLink(reader.LineNumber, sequence, previous);
        }

        CheckContent(reader, sequence);
        SHA256.HashData(reader.Line, expectedHash);
        expectedSequence = sequence + 1;
    }

    private void CheckLink(long line, long sequence, ReadOnlySpan<byte> previous)
    {
        if (sequence > expectedSequence)
        {
            report.Find(
                line,
                sequence,
                $"{sequence - expectedSequence} lines before it, from sequence {expectedSequence} on, are missing"
            );
        }
        else if (sequence < expectedSequence)
        {
            report.Find(
                line,
                sequence,
                $"sequence {expectedSequence} was expected: the line was inserted, repeated or moved"
            );
        }
        else if (!previous.SequenceEqual(expectedHash))
        {
            report.Find(
                line,
                sequence,
                "its previousHash is not the hash of the line before: one of the two was changed or exchanged"
            );
        }
    }

    private void CheckContent(SegmentReader reader, long sequence)
    {
        var line = reader.Line;
        if (known?.Sequence == sequence)
        {
            metKnown = true;
            if (!line.SequenceEqual(known.Line))
            {
                report.Find(
                    reader.LineNumber,
                    sequence,
                    "it is not the checkpoint that the database knows for this sequence"
                );
            }
        }

        var control = TrailLine.IsControl(line) ? TrailEvent.TryParse(line) : null;
        if (needsStart)
        {
            needsStart = false;
            controls.CheckStart(reader.LineNumber, sequence, control);
        }

        if (control is not null)
        {
            controls.Check(reader.LineNumber, sequence, line, control);
        }
    }

    private void CheckBeginning(IReadOnlyList<TrailSegment> segments)
    {
        var isFirstOfAll = firstSequence == 1 && !firstPreviousHash.AsSpan().ContainsAnyExcept((byte)0);
        if (lines == 0 || isFirstOfAll)
        {
            return;
        }

        if (controls.SignedRetirements.Exists(retirement => AccountsFor(retirement, segments[0])))
        {
            report.Note(
                $"The lines before sequence {firstSequence} were deleted by retention, as the trail itself says."
            );
        }
        else if (place.Anchor is null)
        {
            report.Note($"It begins at sequence {firstSequence}: what was before is not in this folder.");
        }
        else
        {
            report.Find(
                1,
                firstSequence,
                "the beginning is missing: no signed line says that retention deleted what was before"
            );
        }
    }

    /// <summary>As what retention was to keep, or, when it was interrupted, as what it had yet to delete.</summary>
    private bool AccountsFor(TrailEvent retirement, TrailSegment first) =>
        (
            retirement.Number("keptFromSequence") == firstSequence
            && string.Equals(
                retirement.Text("keptFromPreviousHash"),
                TrailLine.Hex(firstPreviousHash),
                StringComparison.Ordinal
            )
        )
        || retirement
            .RetiredSegments()
            .Any(retired =>
                string.Equals(retired.Name, first.Name, StringComparison.Ordinal)
                && string.Equals(
                    retired.Sha256,
                    TrailLine.Hex(TrailExport.HashOf(first.File)),
                    StringComparison.Ordinal
                )
            );

    private void CheckKey(string? pinned)
    {
        if (pinned is not null && !string.Equals(pinned, controls.KeyFingerprint, StringComparison.Ordinal))
        {
            report.Find(
                0,
                firstSequence,
                $"the audit key is {controls.KeyFingerprint ?? "not named"}, but {pinned} was expected"
            );
        }

        if (place.Anchor is not { } anchor)
        {
            return;
        }

        if (controls.Key is null && anchor.PublicKey is not null)
        {
            report.Find(0, firstSequence, "the trail names no audit key, but the database has one");
        }
        else if (
            controls.Key is { } key
            && !(anchor.PublicKey ?? []).AsSpan().SequenceEqual(key.SubjectPublicKeyInfo.Span)
        )
        {
            report.Find(0, firstSequence, "the trail's audit key is not the one in the database");
        }
    }

    private void CheckEnd(bool mustBeSigned)
    {
        if (mustBeSigned && controls.SignedSequence == 0)
        {
            report.Find(0, LastSequence, "no checkpoint in it has a good signature, although there is an audit key");
        }

        if (place.Anchor is null)
        {
            report.Note("There is no database beside it, which would know whether the end is missing.");
        }
        else if (known is null)
        {
            if (mustBeSigned || controls.SignedSequence > 0)
            {
                report.Find(0, controls.SignedSequence, "the database's row with the last checkpoint is missing");
            }
        }
        else if (controls.Key is { } key && !CheckpointSignature.IsGood(key, known.Line))
        {
            report.Find(0, known.Sequence, "the database's checkpoint is not signed by the trail's key");
        }
        else if (!metKnown)
        {
            report.Find(
                0,
                LastSequence,
                $"the end is missing: the database knows a checkpoint at sequence {known.Sequence}"
            );
        }

        if (LastSequence > controls.SignedSequence)
        {
            report.Note(
                $"The last {LastSequence - controls.SignedSequence} lines are chained but not yet signed: a server is running, is sealed, or was killed. It would not be noticed if these were cut, replaced or added to."
            );
        }
    }
}
