namespace Keyhold.Storage.Certificates;

/// <summary>
/// One entry of a certificate's history: what a CA issued, with its chain (PEM, empty when none was given). UploadId
/// counts 1, 2, 3 ... within its certificate. Sha256 is that of the certificate's DER. Times are kept to the millisecond.
/// </summary>
public sealed record UploadRow(
    string CertificateId,
    long UploadId,
    string Certificate,
    string CertificateChain,
    string Subject,
    string Issuer,
    string Serial,
    DateTimeOffset NotBefore,
    DateTimeOffset NotAfter,
    string SignatureAlgorithm,
    IReadOnlyList<string> SubjectAlternativeNames,
    string? SubjectKeyIdentifier,
    byte[] Sha256,
    IReadOnlyList<string> Warnings,
    DateTimeOffset UploadedAt,
    long Revision
);
