using System.Security.Cryptography;
using Keyhold.Crypto.Certificates;
using Keyhold.Server.Vault;
using Keyhold.Storage.Certificates;

namespace Keyhold.Server.Operations.Certificates;

/// <summary>Stores a certificate that comes with its key.</summary>
internal sealed class CertificateImporter(CertificateStore certificates, KeyVault vault, TimeProvider time)
{
    public async ValueTask<CertificateId> AddAsync(
        Pkcs12Content content,
        Judgement judgement,
        bool exportable,
        CancellationToken stop
    )
    {
        var id = CertificateId.New();
        var now = time.GetUtcNow();
        var publicKey = content.Key.PublicKey;
        var row = new CertificateRow(
            id.Value,
            CertificateStatus.Active,
            publicKey.Spec.Name,
            content.Certificate.Subject.ToString(),
            content.Certificate.SubjectAlternativeNames,
            Csr: "",
            exportable,
            vault.Seal(id, content.Key),
            publicKey.SubjectPublicKeyInfo.ToArray(),
            SHA256.HashData(publicKey.SubjectPublicKeyInfo.Span),
            Tags: [],
            CurrentUpload: 1,
            CreatedAt: now,
            UpdatedAt: now,
            Revision: 1
        );
        await certificates.AddAsync(
            row,
            UploadRecord.Of(row.CertificateId, judgement, content.Certificate, history: [], now),
            stop
        );
        return id;
    }
}
