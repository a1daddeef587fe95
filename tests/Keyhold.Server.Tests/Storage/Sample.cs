using System.Security.Cryptography;
using System.Text;
using Keyhold.Storage.Accounts;
using Keyhold.Storage.Certificates;

namespace Keyhold.Server.Tests.Storage;

/// <summary>Rows with something in every column, each different from the next.</summary>
internal static class Sample
{
    public static readonly DateTimeOffset Time = new(2026, 11, 24, 3, 29, 54, 123, TimeSpan.Zero);

    public static string Id() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    public static CertificateRow Certificate(
        string? id = null,
        string status = "PENDING",
        string subject = "CN=example.com"
    )
    {
        id ??= Id();
        return new(
            id,
            status,
            "EC_P256",
            subject,
            ["example.com", "*.example.com"],
            $"-----BEGIN CERTIFICATE REQUEST-----\n{id}\n-----END CERTIFICATE REQUEST-----\n",
            ExportablePrivateKey: true,
            SealedPrivateKey: Digest($"sealed {id}"),
            PublicKey: Digest($"public {id}"),
            PublicKeySha256: Digest($"public digest {id}"),
            [new("stage", "prod"), new("empty", "")],
            CurrentUpload: null,
            CreatedAt: Time,
            UpdatedAt: Time.AddMilliseconds(1),
            Revision: 1
        );
    }

    public static UserRow User(string name = "alice") =>
        new(
            name,
            "2001",
            "Alice",
            "of the shop",
            [new("System", "AliyunKMSReadOnlyAccess", Time), new("Custom", "shop", Time.AddSeconds(1))],
            Time,
            Time.AddMilliseconds(1),
            Revision: 1
        );

    public static PolicyRow Policy(string name = "shop") =>
        new(
            name,
            "for the shop",
            [new(1, "{\"first\":\"é\"}", Time), new(3, "{}", Time.AddSeconds(1))],
            DefaultVersion: 3,
            LastVersion: 4,
            Time,
            Time.AddMilliseconds(1),
            Revision: 1
        );

    public static AccessKeyUseRow Use(string accessKeyId = "LTAIexample") =>
        new(accessKeyId, Time.AddMinutes(1), "kms:ListCertificates", "10.1.2.3");

    public static UploadRow Upload(string certificateId, long uploadId, string issuer = "CN=Issuing CA,O=Example") =>
        new(
            certificateId,
            uploadId,
            $"-----BEGIN CERTIFICATE-----\n{certificateId} {uploadId}\n-----END CERTIFICATE-----\n",
            "-----BEGIN CERTIFICATE-----\nissuer\n-----END CERTIFICATE-----\n",
            "CN=example.com",
            issuer,
            $"0A{uploadId:X2}",
            Time.AddDays(-1),
            Time.AddDays(364),
            "ECDSA-SHA256",
            ["example.com"],
            "A1B2",
            Digest($"certificate {certificateId} {uploadId}"),
            ["The root is missing."],
            Time.AddSeconds(uploadId),
            Revision: 1
        );

    public static EncryptionCertificateRow Encryption(string certificateId, string name = "encryption") =>
        new(
            certificateId,
            $"-----BEGIN CERTIFICATE-----\n{certificateId} {name}\n-----END CERTIFICATE-----\n",
            "-----BEGIN CERTIFICATE-----\nencryption issuer\n-----END CERTIFICATE-----\n",
            "0E01",
            Time.AddDays(-2),
            Time.AddDays(363),
            Sha256: Digest($"{name} {certificateId}"),
            PublicKey: Digest($"encryption public {certificateId}"),
            SealedPrivateKey: Digest($"encryption sealed {certificateId}"),
            ["The encryption root is missing."],
            Time.AddSeconds(9),
            Revision: 1
        );

    public static AccessKeyRow AccessKey(string id = "LTAIexample") =>
        new(id, "root", Digest($"secret {id}"), "Active", Time, Revision: 1);

    /// <summary>Adds a certificate and gives it two uploads, the second in force.</summary>
    public static async Task<CertificateRow> AddWithTwoUploadsAsync(CertificateStore certificates, string? id = null)
    {
        var row = Certificate(id);
        await certificates.AddAsync(row, current: null, CancellationToken.None);
        row = row with { Status = "ACTIVE", CurrentUpload = 1 };
        Assert.True(await certificates.UpdateAsync(row, Upload(row.CertificateId, 1), CancellationToken.None));
        row = row with { CurrentUpload = 2, Revision = 2 };
        Assert.True(await certificates.UpdateAsync(row, Upload(row.CertificateId, 2), CancellationToken.None));
        return row with { Revision = 3 };
    }

    /// <summary>The same with an encryption certificate beside it; the certificate is then at revision 4.</summary>
    public static async Task<CertificateRow> AddPairAsync(TemporaryDatabase database)
    {
        var row = await AddWithTwoUploadsAsync(database.Certificates);
        var encryption = Encryption(row.CertificateId);
        Assert.True(await database.EncryptionCertificates.PutAsync(row, encryption, CancellationToken.None));
        return row with { Revision = 4 };
    }

    public static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
