namespace Keyhold.Storage.Certificates;

/// <summary>One page of a list, and how many certificates there are on all its pages.</summary>
public sealed record CertificatePage(
    int TotalSize,
    IReadOnlyList<(CertificateRow Certificate, UploadRow? Current)> Items
);
