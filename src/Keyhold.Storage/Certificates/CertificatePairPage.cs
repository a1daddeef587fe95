namespace Keyhold.Storage.Certificates;

/// <summary>A part of all certificates, in the order of their ids.</summary>
/// <param name="Last">The id to go on behind; null when nothing is behind.</param>
/// <param name="Damaged">Why certificates of this part are missing from it.</param>
public sealed record CertificatePairPage(
    IReadOnlyList<CertificatePair> Pairs,
    string? Last,
    IReadOnlyList<RowTamperedException> Damaged
);
