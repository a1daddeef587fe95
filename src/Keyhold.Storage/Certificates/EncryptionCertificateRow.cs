namespace Keyhold.Storage.Certificates;

/// <summary>
/// The encryption certificate beside a signing certificate, and its private key, sealed. Sha256 is that of the
/// certificate's DER. There is at most one for a CertificateId; a later one with the same key replaces it.
/// </summary>
public sealed record EncryptionCertificateRow(
    string CertificateId,
    string Certificate,
    string CertificateChain,
    string Serial,
    DateTimeOffset NotBefore,
    DateTimeOffset NotAfter,
    byte[] Sha256,
    byte[] PublicKey,
    byte[] SealedPrivateKey,
    IReadOnlyList<string> Warnings,
    DateTimeOffset ImportedAt,
    long Revision
);
