using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Keys;
using Keyhold.Server.Tests.Storage;
using PublicKey = Keyhold.Crypto.Keys.PublicKey;

namespace Keyhold.Server.Tests.Operations.Certificates;

/// <summary>What a CertificateId with two certificates does with which of its keys.</summary>
public abstract class DualCertificateTests(DatabaseKind kind) : OperationTest(kind)
{
    public sealed class OnSqlite() : DualCertificateTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : DualCertificateTests(DatabaseKind.Postgres);

    private const string Passphrase = "correct horse battery";

    [Fact]
    public async Task Encrypts_to_the_encryption_key_and_decrypts_with_it()
    {
        var (id, _, encryption) = await PairAsync();
        using (encryption)
        {
            var ciphertext = Convert.FromBase64String((await EncryptAsync(id)).Ok()["CiphertextBlob"]);

            Assert.True(encryption.Key.TryDecrypt(EncryptionAlgorithm.Sm2Pke, ciphertext, out var plaintext));
            Assert.Equal("p"u8.ToArray(), plaintext);
            Assert.Equal(Scenario.Base64("p"), (await DecryptAsync(id, ciphertext)).Ok()["Plaintext"]);
        }
    }

    [Fact]
    public async Task Does_not_decrypt_what_was_encrypted_to_the_signing_key()
    {
        var (id, signing, encryption) = await PairAsync();
        encryption.Dispose();
        var toSigningKey = KeyOf(signing).Encrypt(EncryptionAlgorithm.Sm2Pke, "p"u8);
        (await DecryptAsync(id, toSigningKey)).Refused(400, "InvalidParameter", "CiphertextBlob");
    }

    [Fact]
    public async Task Signs_and_verifies_with_the_signing_key_only()
    {
        var (id, signing, encryption) = await PairAsync();
        using (encryption)
        {
            var signed = await Keyhold.CallAsync(
                "CertificatePrivateKeySign",
                ("CertificateId", id),
                ("Algorithm", "SM2DSA"),
                ("Message", Scenario.Base64("m"))
            );
            var signature = Convert.FromBase64String(signed.Ok()["SignatureValue"]);

            Assert.True(KeyOf(signing).Verify(SigningAlgorithm.Sm2Dsa, MessageType.Raw, "m"u8, signature));
            Assert.False(encryption.Key.PublicKey.Verify(SigningAlgorithm.Sm2Dsa, MessageType.Raw, "m"u8, signature));
            Assert.True(await VerifyAsync(id, signature));
            Assert.False(await VerifyAsync(id, encryption.Key.Sign(SigningAlgorithm.Sm2Dsa, MessageType.Raw, "m"u8)));
        }
    }

    [Fact]
    public async Task A_certificate_without_an_encryption_certificate_goes_on_with_its_one_key()
    {
        var (_, _, encryption) = await PairAsync();
        encryption.Dispose();
        var (id, _, certificate) = await Scenario.ActiveAsync("EC_SM2");

        var ciphertext = KeyOf(certificate).Encrypt(EncryptionAlgorithm.Sm2Pke, "p"u8);

        Assert.Equal(Scenario.Base64("p"), (await DecryptAsync(id, ciphertext)).Ok()["Plaintext"]);
        Assert.False((await Scenario.DescribeAsync(id)).Has("EncryptionSerial"));
    }

    [Theory]
    [InlineData("INACTIVE", "Rejected.Disabled")]
    [InlineData("REVOKED", "Rejected.Revoked")]
    public async Task The_status_is_that_of_both(string status, string code)
    {
        var (id, _, encryption) = await PairAsync();
        encryption.Dispose();
        var ciphertext = Convert.FromBase64String((await EncryptAsync(id)).Ok()["CiphertextBlob"]);
        (await DecryptAsync(id, ciphertext)).Ok();

        await Scenario.SetStatusAsync(id, status);

        (await DecryptAsync(id, ciphertext)).Refused(409, code);
        if (status == "REVOKED")
        {
            (await EncryptAsync(id)).Refused(409, code);
        }
    }

    [Fact]
    public async Task Get_and_Describe_show_both_certificates()
    {
        var (id, signing, encryption) = await PairAsync();
        encryption.Dispose();

        var got = (await Keyhold.CallAsync("GetCertificate", ("CertificateId", id))).Ok();
        var described = (await Scenario.DescribeAsync(id)).Ok();

        Assert.Equal(signing.Pem, got["Certificate"]);
        Assert.Equal(encryption.Certificate.Pem, got["EncryptionCertificate"]);
        Assert.Equal(got["CertificateChain"], got["EncryptionCertificateChain"]);
        Assert.Equal(signing.SerialHex, described["Serial"]);
        Assert.Equal(encryption.Certificate.SerialHex, described["EncryptionSerial"]);
        Assert.Equal("2026-11-24T11:59:00Z", described["EncryptionNotBefore"]);
        Assert.Equal("2027-11-24T12:00:00Z", described["EncryptionNotAfter"]);
        Assert.Empty(described.Json.GetProperty("EncryptionWarnings").EnumerateArray());
    }

    [Fact]
    public async Task A_renewed_signing_certificate_keeps_its_encryption_certificate()
    {
        var (id, csr) = await Scenario.CreateAsync("EC_SM2");
        var issuer = Scenario.Root();
        var signing = issuer.Issue(SigningRequest.FromPem(csr));
        (await Scenario.UploadAsync(id, signing, issuer)).Ok();
        using var encryption = EncryptionCertificate.IssuedBy(issuer);
        await ImportAsync(id, encryption, signing);

        (await Scenario.UploadAsync(id, issuer.Issue(SigningRequest.FromPem(csr)), issuer)).Ok();
        (
            await Keyhold.CallAsync(
                "TagResource",
                ("CertificateId", id),
                ("Tags", """[{"TagKey":"a","TagValue":"b"}]""")
            )
        ).Ok();

        var got = await Keyhold.CallAsync("GetCertificate", ("CertificateId", id));
        Assert.Equal(encryption.Certificate.Pem, got["EncryptionCertificate"]);
        var ciphertext = Convert.FromBase64String((await EncryptAsync(id)).Ok()["CiphertextBlob"]);
        Assert.True(encryption.Key.TryDecrypt(EncryptionAlgorithm.Sm2Pke, ciphertext, out _));
    }

    [Fact]
    public async Task Export_gives_out_both_keys_as_PEM()
    {
        var (id, signing, encryption) = await PairAsync();
        using (encryption)
        {
            var exported = (await ExportAsync(id, "PEM")).Ok();

            Assert.Equal(signing.Pem, exported["Certificate"]);
            Assert.Equal(encryption.Certificate.Pem, exported["EncryptionCertificate"]);
            Assert.All(
                (string[])["PrivateKey", "EncryptionPrivateKey"],
                field =>
                    Assert.StartsWith(
                        "-----BEGIN ENCRYPTED PRIVATE KEY-----\n",
                        exported[field],
                        StringComparison.Ordinal
                    )
            );
            Assert.NotEqual(exported["PrivateKey"], exported["EncryptionPrivateKey"]);
            Assert.False(exported.Has("EncryptionPKCS12Blob"));
        }
    }

    [Fact]
    public async Task Export_gives_out_both_keys_as_PKCS12()
    {
        var (id, signing, encryption) = await PairAsync();
        using (encryption)
        {
            var exported = (await ExportAsync(id, "PKCS12")).Ok();

            AssertHolds(exported["PKCS12Blob"], signing, signing.SubjectPublicKeyInfo);
            AssertHolds(
                exported["EncryptionPKCS12Blob"],
                encryption.Certificate,
                encryption.Key.PublicKey.SubjectPublicKeyInfo
            );
        }
    }

    [Fact]
    public async Task A_pair_that_is_not_exportable_keeps_both_keys()
    {
        var (id, issuer, signing) = await Scenario.ActiveAsync("EC_SM2", exportable: false);
        using var encryption = EncryptionCertificate.IssuedBy(issuer);
        await ImportAsync(id, encryption, signing);
        (await ExportAsync(id, "PEM")).Refused(409, "Rejected.NotExportable");
    }

    [Fact]
    public async Task Deleting_the_certificate_deletes_both()
    {
        var (id, _, encryption) = await PairAsync();
        using (encryption)
        {
            var ciphertext = encryption.Key.PublicKey.Encrypt(EncryptionAlgorithm.Sm2Pke, "p"u8);
            (await DecryptAsync(id, ciphertext)).Ok();

            (await Keyhold.CallAsync("DeleteCertificate", ("CertificateId", id))).Ok();

            (await DecryptAsync(id, ciphertext)).Refused(404, "Certificate.NotFound");
            Assert.Null(
                await Keyhold.Parts.EncryptionCertificates.FindPairAsync(id, TestContext.Current.CancellationToken)
            );
        }
    }

    private async Task<(string Id, Certificate Signing, EncryptionCertificate Encryption)> PairAsync()
    {
        var (id, issuer, signing) = await Scenario.ActiveAsync("EC_SM2");
        var encryption = EncryptionCertificate.IssuedBy(issuer);
        await ImportAsync(id, encryption, signing, issuer.ChainPem);
        return (id, signing, encryption);
    }

    private async Task ImportAsync(
        string id,
        EncryptionCertificate encryption,
        Certificate signing,
        string? chain = null
    ) =>
        (
            await Keyhold.CallAsync(
                "ImportEncryptionCertificate",
                ("CertificateId", id),
                ("Certificate", encryption.Certificate.Pem),
                ("CertificateChain", chain),
                ("AsymmetricAlgorithm", "SM2PKE"),
                ("SymmetricAlgorithm", "SM4_ECB"),
                ("EncryptedPrivateKey", encryption.EnvelopedFor(signing))
            )
        ).Ok();

    private Task<TestReply> EncryptAsync(string id) =>
        Keyhold.CallAsync(
            "CertificatePublicKeyEncrypt",
            ("CertificateId", id),
            ("Algorithm", "SM2PKE"),
            ("Plaintext", Scenario.Base64("p"))
        );

    private Task<TestReply> DecryptAsync(string id, byte[] ciphertext) =>
        Keyhold.CallAsync(
            "CertificatePrivateKeyDecrypt",
            ("CertificateId", id),
            ("Algorithm", "SM2PKE"),
            ("CiphertextBlob", Convert.ToBase64String(ciphertext))
        );

    private Task<TestReply> ExportAsync(string id, string format) =>
        Keyhold.CallAsync(
            "ExportCertificate",
            ("CertificateId", id),
            ("Passphrase", Passphrase),
            ("ExportFormat", format)
        );

    private async Task<bool> VerifyAsync(string id, byte[] signature) =>
        (
            await Keyhold.CallAsync(
                "CertificatePublicKeyVerify",
                ("CertificateId", id),
                ("Algorithm", "SM2DSA"),
                ("Message", Scenario.Base64("m")),
                ("SignatureValue", Convert.ToBase64String(signature))
            )
        )
            .Ok()
            .Json.GetProperty("SignatureValid")
            .GetBoolean();

    private static void AssertHolds(string blob, Certificate certificate, ReadOnlyMemory<byte> publicKey)
    {
        using var content = Pkcs12File.Read(Convert.FromBase64String(blob), Passphrase);
        Assert.Equal(certificate.Pem, content.Certificate.Pem);
        Assert.Equal(publicKey.ToArray(), content.Key.PublicKey.SubjectPublicKeyInfo.ToArray());
    }

    private static PublicKey KeyOf(Certificate certificate) =>
        PublicKey.FromSubjectPublicKeyInfo(certificate.SubjectPublicKeyInfo.Span);
}
