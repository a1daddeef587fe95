namespace Keyhold.Storage.Certificates;

/// <summary>
/// A certificate with its upload in force (null before the first) and its encryption certificate (null unless one was
/// imported), all as they were at one moment.
/// </summary>
public sealed record CertificatePair(
    CertificateRow Certificate,
    UploadRow? Current,
    EncryptionCertificateRow? Encryption
);
