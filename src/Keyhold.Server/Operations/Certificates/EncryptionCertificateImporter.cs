using Keyhold.Crypto.Keys;
using Keyhold.Server.Vault;
using Keyhold.Storage.Certificates;

namespace Keyhold.Server.Operations.Certificates;

/// <summary>Stores an encryption certificate with its key beside its signing certificate.</summary>
internal sealed class EncryptionCertificateImporter(
    CertificateStore certificates,
    EncryptionCertificateStore encryptionCertificates,
    KeyVault vault,
    TimeProvider time
)
{
    public async ValueTask StoreAsync(
        CertificateRow row,
        EncryptionCertificateRules.Accepted accepted,
        PrivateKey key,
        CancellationToken stop
    )
    {
        var id = new CertificateId(row.CertificateId);
        var now = time.GetUtcNow();
        var encryption = new EncryptionCertificateRow(
            row.CertificateId,
            accepted.Certificate.Pem,
            accepted.ChainPem,
            accepted.Certificate.SerialHex,
            accepted.Certificate.NotBefore,
            accepted.Certificate.NotAfter,
            accepted.Certificate.Sha256Fingerprint,
            accepted.PublicKey.SubjectPublicKeyInfo.ToArray(),
            vault.SealEncryptionKey(id, key),
            accepted.Warnings,
            now,
            Revision: 1
        );
        if (!await encryptionCertificates.PutAsync(row with { UpdatedAt = now }, encryption, stop))
        {
            throw await certificates.ConflictAsync(id, stop);
        }
    }
}
