using System.Globalization;
using System.Security.Cryptography;
using Keyhold.Crypto.Keys;

namespace Keyhold.Server.Audit;

/// <summary>
/// Verifies a trail without the root key and without writing anything: every line's link, every checkpoint's signature,
/// and against the database's last checkpoint that nothing is missing at the end (docs/audit.md).
/// </summary>
public sealed class TrailVerifier
{
    /// <summary>More than so many findings say nothing new.</summary>
    private const int MostFindings = 50;

    private readonly TrailPlace place;
    private readonly string? pinned;
    private readonly List<TrailFinding> findings = [];
    private readonly List<string> notes = [];
    private readonly byte[] expectedHash = new byte[TrailLine.HashSize];
    private long expectedSequence;
    private long firstSequence;
    private byte[] firstPreviousHash = [];
    private long lines;
    private long signedSequence;
    private PublicKey? key;
    private string? keyFingerprint;
    private TrailEvent? lastRetirement;
    private bool anchorIsMet;
    private bool needsStart;
    private string currentFile = "";

    private TrailVerifier(TrailPlace place, string? pinned)
    {
        this.place = place;
        this.pinned = pinned;
    }

    /// <summary>
    /// Verifies the trail of a data folder or of a folder with exported segments. <paramref name="pinned"/> is the
    /// fingerprint that the key must have; null takes the trail's word. <see cref="TrailUnreadableException"/> when there is
    /// nothing to verify.
    /// </summary>
    public static TrailVerdict Verify(string folder, string? pinned)
    {
        try
        {
            // The database first: whatever the trail has by then, it has when it is read.
            return new TrailVerifier(TrailPlace.Of(folder, withAnchor: true), pinned).Verify();
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new TrailUnreadableException(
                $"The audit trail in {folder} cannot be read: {unreadable.Message}",
                unreadable
            );
        }
    }

    private TrailVerdict Verify()
    {
        var segments = place.Folder.Segments();
        if (segments.Count == 0 && place.Anchor?.Checkpoint is null)
        {
            throw new TrailUnreadableException(
                $"There is no audit trail in {place.Folder.Path} yet, and the database knows of none."
            );
        }

        foreach (var segment in segments)
        {
            Follow(segment, isLast: segment == segments[^1]);
        }

        CheckBeginning(segments);
        CheckEnd(segments);
        CheckKey(segments);
        return new TrailVerdict(
            findings,
            notes,
            keyFingerprint,
            segments.Count,
            lines,
            firstSequence,
            expectedSequence - 1,
            signedSequence
        );
    }

    private void Follow(TrailSegment segment, bool isLast)
    {
        currentFile = segment.Name;
        needsStart = true;
        using var reader = new SegmentReader(segment);
        while (reader.Read())
        {
            if (!reader.IsWhole && isLast)
            {
                notes.Add(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{segment.Name} ends with {reader.Line.Length} bytes of a torn line, which a crash leaves; the next start of the server closes it."
                    )
                );
                return;
            }

            Check(reader);
        }

        if (reader.LineNumber == 0 && !isLast)
        {
            Find(0, expectedSequence, "the segment is empty");
        }
    }

    private void Check(SegmentReader reader)
    {
        Span<byte> previous = stackalloc byte[TrailLine.HashSize];
        if (!reader.IsWhole || !TrailLine.TryReadLink(reader.Line, out var sequence, previous))
        {
            Find(reader.LineNumber, expectedSequence, "this is no line of the trail: it was changed or cut");
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
            Find(
                line,
                sequence,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{sequence - expectedSequence} lines before it, from sequence {expectedSequence} on, are missing"
                )
            );
        }
        else if (sequence < expectedSequence)
        {
            Find(
                line,
                sequence,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"sequence {expectedSequence} was expected: the line was inserted, repeated or moved"
                )
            );
        }
        else if (!previous.SequenceEqual(expectedHash))
        {
            Find(
                line,
                sequence,
                "its previousHash is not the hash of the line before: one of the two was changed or exchanged"
            );
        }
    }

    private void CheckContent(SegmentReader reader, long sequence)
    {
        var line = reader.Line;
        if (place.Anchor?.Checkpoint is { } known && known.Sequence == sequence)
        {
            anchorIsMet = true;
            if (!line.SequenceEqual(known.Line))
            {
                Find(reader.LineNumber, sequence, "it is not the checkpoint that the database knows for this sequence");
            }
        }

        var control = TrailLine.IsControl(line) ? TrailEvent.TryParse(line) : null;
        if (needsStart)
        {
            needsStart = false;
            CheckStart(reader.LineNumber, sequence, control);
        }

        switch (control?.Name)
        {
            case TrailControl.Checkpoint:
                CheckSignature(reader.LineNumber, sequence, line, control);
                break;
            case TrailControl.CloseTornTail:
                CheckTorn(reader.LineNumber, sequence, control);
                break;
            case TrailControl.RetireSegments:
                lastRetirement = control;
                break;
            case TrailControl.ReportDamage:
                Find(reader.LineNumber, sequence, $"the server found it so at a start: {control.Text("damage")}");
                break;
        }
    }

    private void CheckStart(long line, long sequence, TrailEvent? control)
    {
        if (control?.Name is not TrailControl.StartSegment)
        {
            Find(line, sequence, "a segment begins with another line than StartSegment");
            return;
        }

        if (!string.Equals(place.Folder.SegmentFrom(sequence).Name, currentFile, StringComparison.Ordinal))
        {
            Find(line, sequence, "the file's name gives another sequence for its first line");
        }

        var named = ReadKey(control);
        if (named is null && control.Text("auditKey") is null && key is null)
        {
            // Written before the key ring was ever opened.
            return;
        }

        if (named is null)
        {
            Find(line, sequence, "the segment names no audit key, or none that can be read");
        }
        else if (key is null)
        {
            key = named;
            keyFingerprint = AuditKey.FingerprintOf(named.SubjectPublicKeyInfo.Span);
        }
        else if (!named.SubjectPublicKeyInfo.Span.SequenceEqual(key.SubjectPublicKeyInfo.Span))
        {
            Find(line, sequence, "the segment names another audit key than those before it");
        }
    }

    private static PublicKey? ReadKey(TrailEvent start)
    {
        try
        {
            return
                start.Text("auditPublicKey") is { } text
                && PublicKey.FromSubjectPublicKeyInfo(Convert.FromBase64String(text)) is { } read
                && read.Spec == KeySpec.EcP256
                && string.Equals(
                    AuditKey.FingerprintOf(read.SubjectPublicKeyInfo.Span),
                    start.Text("auditKey"),
                    StringComparison.Ordinal
                )
                ? read
                : null;
        }
        catch (Exception unreadable) when (unreadable is FormatException or KeyFormatException)
        {
            return null;
        }
    }

    private void CheckSignature(long line, long sequence, ReadOnlySpan<byte> bytes, TrailEvent control)
    {
        if (key is null || !string.Equals(control.Text("auditKey"), keyFingerprint, StringComparison.Ordinal))
        {
            Find(line, sequence, "the checkpoint is signed by a key that no segment named");
        }
        else if (CheckpointSignature.IsGood(key, bytes))
        {
            signedSequence = sequence;
        }
        else
        {
            Find(line, sequence, "the checkpoint's signature is not good");
        }
    }

    private void CheckTorn(long line, long sequence, TrailEvent control)
    {
        var moved = TornTail.FindMoved(place.Folder, control.Text("tornFile") ?? "");
        if (moved is null && place.Anchor is null)
        {
            return;
        }

        if (
            moved is null
            || moved.Bytes != control.Number("tornBytes")
            || !string.Equals(TrailLine.Hex(moved.Hash), control.Text("tornHash"), StringComparison.Ordinal)
        )
        {
            Find(
                line,
                sequence,
                $"the torn bytes that it names, in {control.Text("tornFile")}, are missing or changed"
            );
            return;
        }

        notes.Add(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{currentFile}, line {line}: a crash had torn a line; its {moved.Bytes} bytes are kept in {moved.Name}."
            )
        );
    }

    private void CheckBeginning(IReadOnlyList<TrailSegment> segments)
    {
        if (lines == 0)
        {
            return;
        }

        currentFile = segments[0].Name;
        var isFirst = firstSequence == 1 && !firstPreviousHash.AsSpan().ContainsAnyExcept((byte)0);
        if (isFirst)
        {
            return;
        }

        if (
            lastRetirement is { } retirement
            && retirement.Number("keptFromSequence") == firstSequence
            && string.Equals(
                retirement.Text("keptFromPreviousHash"),
                TrailLine.Hex(firstPreviousHash),
                StringComparison.Ordinal
            )
        )
        {
            notes.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The lines before sequence {firstSequence} were deleted by retention, as the trail itself says."
                )
            );
        }
        else if (place.Anchor is null)
        {
            notes.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"It begins at sequence {firstSequence}: what was before is not in this folder."
                )
            );
        }
        else
        {
            Find(1, firstSequence, "the beginning is missing: no line says that retention deleted what was before");
        }
    }

    private void CheckEnd(IReadOnlyList<TrailSegment> segments)
    {
        currentFile = segments.Count > 0 ? segments[^1].Name : place.Folder.Path;
        var last = expectedSequence - 1;
        if (place.Anchor is null)
        {
            notes.Add("There is no database beside it, which would know whether the end is missing.");
        }
        else if (place.Anchor.Checkpoint is { } known)
        {
            if (key is not null && !CheckpointSignature.IsGood(key, known.Line))
            {
                Find(0, known.Sequence, "the database's checkpoint is not signed by the trail's key");
            }
            else if (!anchorIsMet)
            {
                Find(
                    0,
                    Math.Max(last, 0),
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"the end is missing: the database knows a checkpoint at sequence {known.Sequence}"
                    )
                );
            }
        }
        else if (signedSequence > 0)
        {
            Find(0, signedSequence, "the database's row with the last checkpoint is missing");
        }

        if (last > signedSequence)
        {
            notes.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The last {last - signedSequence} lines are chained but not yet signed: a server is running, or was killed. An end cut from these would not be noticed."
                )
            );
        }
    }

    private void CheckKey(IReadOnlyList<TrailSegment> segments)
    {
        currentFile = segments.Count > 0 ? segments[0].Name : place.Folder.Path;
        if (pinned is not null && !string.Equals(pinned, keyFingerprint, StringComparison.Ordinal))
        {
            Find(0, firstSequence, $"the audit key is {keyFingerprint ?? "not named"}, but {pinned} was expected");
        }

        if (
            key is not null
            && place.Anchor is { } anchor
            && !(anchor.PublicKey ?? []).AsSpan().SequenceEqual(key.SubjectPublicKeyInfo.Span)
        )
        {
            Find(0, firstSequence, "the trail's audit key is not the one in the database");
        }
    }

    private void Find(long line, long sequence, string reason)
    {
        if (findings.Count < MostFindings)
        {
            findings.Add(new TrailFinding(currentFile, line, sequence, reason));
        }
    }
}
