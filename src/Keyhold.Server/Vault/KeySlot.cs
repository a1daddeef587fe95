using Keyhold.Crypto.Sealing;
using Keyhold.Server.Operations.Certificates;

namespace Keyhold.Server.Vault;

/// <summary>
/// Which of a certificate's keys: its own, or that of its encryption certificate. The purpose is part of the seal, so
/// neither opens in the other's place.
/// </summary>
internal readonly record struct KeySlot
{
    private KeySlot(string purpose, CertificateId certificateId)
    {
        Purpose = purpose;
        CertificateId = certificateId;
    }

    public string Purpose { get; }

    public CertificateId CertificateId { get; }

    public static KeySlot OfCertificate(CertificateId id) => new("certificate-private-key", id);

    public static KeySlot OfEncryptionCertificate(CertificateId id) => new("certificate-encryption-key", id);

    public SealContext ContextIn(string accountId) => new(Purpose, accountId, CertificateId.Value);
}
