namespace Keyhold.Crypto.Certificates;

/// <summary>A certificate in a report.</summary>
/// <param name="Key">The kind of its key in words, such as EC P-256.</param>
/// <param name="SignatureAlgorithm">How its issuer signed it, such as RSA2048-SHA256.</param>
/// <param name="Mark">The worst that was found about it.</param>
public sealed record ReportedCertificate(
    Certificate Certificate,
    string Key,
    string SignatureAlgorithm,
    CertificateMark Mark
);
