namespace Keyhold.Server.Audit;

/// <summary>What verifying a trail has shown.</summary>
/// <param name="Findings">What is not as Keyhold wrote it; empty for an intact trail.</param>
/// <param name="Notes">What is as it should be and yet worth to know, such as a torn last line.</param>
/// <param name="KeyFingerprint">Of the key that signs; null when nothing names one.</param>
public sealed record TrailVerdict(
    IReadOnlyList<TrailFinding> Findings,
    IReadOnlyList<string> Notes,
    string? KeyFingerprint,
    int Segments,
    long Lines,
    long FirstSequence,
    long LastSequence,
    long SignedSequence
)
{
    public bool IsIntact => Findings.Count == 0;
}
