namespace Keyhold.Storage.Certificates;

/// <summary>
/// Which certificates to list; null leaves a criterion out. Subject (the CSR's) and Issuer (the current upload's) must
/// contain the text, ASCII letters in either case, no character being a wildcard; Status must be equal.
/// </summary>
public sealed record CertificateFilter(string? Subject, string? Issuer, string? Status);
