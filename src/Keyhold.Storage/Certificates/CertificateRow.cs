namespace Keyhold.Storage.Certificates;

/// <summary>
/// A certificate: its key pair (private key sealed), its CSR and its state. Status is PENDING, ACTIVE, INACTIVE or
/// REVOKED; CurrentUpload is the history entry in force, null before the first. Times are kept to the millisecond.
/// Revision grows by one with each change.
/// </summary>
public sealed record CertificateRow(
    string CertificateId,
    string Status,
    string KeySpec,
    string Subject,
    IReadOnlyList<string> SubjectAlternativeNames,
    string Csr,
    bool ExportablePrivateKey,
    byte[] SealedPrivateKey,
    byte[] PublicKey,
    byte[] PublicKeySha256,
    IReadOnlyList<KeyValuePair<string, string>> Tags,
    long? CurrentUpload,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    long Revision
);
