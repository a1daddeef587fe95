using Keyhold.Crypto.Keys;

namespace Keyhold.Server.Audit;

/// <summary>Checks what the lines say that the trail writes about itself: keys, signatures, torn bytes, retirement.</summary>
internal sealed class ControlLineCheck(TrailFolder folder, bool isExported, TrailReport report)
{
    private readonly List<TrailEvent> unsignedRetirements = [];

    /// <summary>The key that the segments name; null before the first that names one.</summary>
    public PublicKey? Key { get; private set; }

    public string? KeyFingerprint { get; private set; }

    /// <summary>Of the last checkpoint with a good signature.</summary>
    public long SignedSequence { get; private set; }

    /// <summary>The lines that say what retention deleted, as far as a good checkpoint stands behind them.</summary>
    public List<TrailEvent> SignedRetirements { get; } = [];

    /// <summary>The first line of a segment; null when it is not about the trail.</summary>
    public void CheckStart(long line, long sequence, TrailEvent? control)
    {
        if (control?.Name is not TrailControl.StartSegment)
        {
            report.Find(line, sequence, "a segment begins with another line than StartSegment");
            return;
        }

        if (!string.Equals(folder.SegmentFrom(sequence).Name, report.File, StringComparison.Ordinal))
        {
            report.Find(line, sequence, "the file's name gives another sequence for its first line");
        }

        if (control.Text("auditKey") is null && control.Text("auditPublicKey") is null && Key is null)
        {
            // Written before the key ring was ever opened.
            return;
        }

        if (ReadKey(control) is not { } named)
        {
            report.Find(line, sequence, "the segment names no audit key, or none that can be read");
        }
        else if (Key is null)
        {
            Key = named;
            KeyFingerprint = AuditKey.FingerprintOf(named.SubjectPublicKeyInfo.Span);
        }
        else if (!named.SubjectPublicKeyInfo.Span.SequenceEqual(Key.SubjectPublicKeyInfo.Span))
        {
            report.Find(line, sequence, "the segment names another audit key than those before it");
        }
    }

    public void Check(long line, long sequence, ReadOnlySpan<byte> bytes, TrailEvent control)
    {
        switch (control.Name)
        {
            case TrailControl.Checkpoint:
                CheckSignature(line, sequence, bytes, control);
                break;
            case TrailControl.CloseTornTail:
                CheckTorn(line, sequence, control);
                break;
            case TrailControl.RetireSegments:
                unsignedRetirements.Add(control);
                break;
            case TrailControl.AdoptUnsigned:
                report.Note(
                    $"{report.File}, line {line}: the lines from sequence {control.Number("fromSequence")} to "
                        + $"{control.Number("toSequence")} were not signed when a server took them over; until then they "
                        + "could have been replaced, added to or cut."
                );
                break;
            case TrailControl.ReportDamage:
                report.Find(line, sequence, $"the server found it so at a start: {control.Text("damage")}");
                break;
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
        if (Key is null || !string.Equals(control.Text("auditKey"), KeyFingerprint, StringComparison.Ordinal))
        {
            report.Find(line, sequence, "the checkpoint is signed by a key that no segment named");
        }
        else if (CheckpointSignature.IsGood(Key, bytes))
        {
            SignedSequence = sequence;
            SignedRetirements.AddRange(unsignedRetirements);
            unsignedRetirements.Clear();
        }
        else
        {
            report.Find(line, sequence, "the checkpoint's signature is not good");
        }
    }

    private void CheckTorn(long line, long sequence, TrailEvent control)
    {
        var moved = TornTail.FindMoved(folder, control.Text("tornFile") ?? "");
        if (moved is null && isExported)
        {
            // Only segments are exported.
            return;
        }

        if (
            moved is null
            || moved.Bytes != control.Number("tornBytes")
            || !string.Equals(TrailLine.Hex(moved.Hash), control.Text("tornHash"), StringComparison.Ordinal)
        )
        {
            report.Find(
                line,
                sequence,
                $"the torn bytes that it names, in {control.Text("tornFile")}, are missing or changed"
            );
            return;
        }

        report.Note(
            $"{report.File}, line {line}: a crash had torn a line; its {moved.Bytes} bytes are kept in {moved.Name}."
        );
    }
}
