using System.Security.Cryptography.X509Certificates;
using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Keys;
using Keyhold.Server.Tests.Storage;

namespace Keyhold.Server.Tests.Operations.Certificates;

public abstract class ImportEncryptionCertificateTests(DatabaseKind kind) : OperationTest(kind)
{
    public sealed class OnSqlite() : ImportEncryptionCertificateTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : ImportEncryptionCertificateTests(DatabaseKind.Postgres);

    [Fact]
    [Case("ImportEncryptionCertificate", CaseKind.Good)]
    public async Task Takes_an_enveloped_key_and_answers_id_and_arn()
    {
        var (id, issuer, signing) = await Scenario.ActiveAsync("EC_SM2");
        using var encryption = EncryptionCertificate.IssuedBy(issuer);

        var reply = (await ImportAsync(id, encryption, issuer, encryption.EnvelopedFor(signing))).Ok();

        Assert.Equal(id, reply["CertificateId"]);
        Assert.Equal($"acs:kms:cn-hangzhou:1000000000000001:certificate/{id}", reply["Arn"]);
        await AssertUsesAsync(encryption, id);
    }

    [Theory]
    [InlineData("SM4_ECB", Sm4Mode.Ecb)]
    [InlineData("SM4_CBC", Sm4Mode.Cbc)]
    public async Task Takes_a_key_in_two_parts(string algorithm, Sm4Mode mode)
    {
        var (id, issuer, signing) = await Scenario.ActiveAsync("EC_SM2");
        using var encryption = EncryptionCertificate.IssuedBy(issuer);
        var (symmetricKey, privateKey) = encryption.SplitFor(signing, mode);

        (await ImportAsync(id, encryption, issuer, privateKey, symmetricKey, algorithm)).Ok();

        await AssertUsesAsync(encryption, id);
    }

    [Fact]
    public async Task A_disabled_certificate_takes_it_too()
    {
        var (id, issuer, signing) = await Scenario.ActiveAsync("EC_SM2");
        await Scenario.SetStatusAsync(id, "INACTIVE");
        using var encryption = EncryptionCertificate.IssuedBy(issuer);

        (await ImportAsync(id, encryption, issuer, encryption.EnvelopedFor(signing))).Ok();

        await Scenario.SetStatusAsync(id, "ACTIVE");
        await AssertUsesAsync(encryption, id);
    }

    [Fact]
    public async Task The_same_key_can_be_renewed_and_another_key_is_refused()
    {
        var (id, issuer, signing) = await Scenario.ActiveAsync("EC_SM2");
        using var first = EncryptionCertificate.IssuedBy(issuer);
        (await ImportAsync(id, first, issuer, first.EnvelopedFor(signing))).Ok();

        using var renewed = first.RenewedBy(issuer);
        (await ImportAsync(id, renewed, issuer, renewed.EnvelopedFor(signing))).Ok();
        using var other = EncryptionCertificate.IssuedBy(issuer);
        (await ImportAsync(id, other, issuer, other.EnvelopedFor(signing))).Refused(
            400,
            "InvalidParameter",
            "Certificate: there is an encryption certificate with another key",
            "Create a new certificate for the new pair"
        );

        var got = await Keyhold.CallAsync("GetCertificate", ("CertificateId", id));
        Assert.Equal(renewed.Certificate.Pem, got["EncryptionCertificate"]);
        await AssertUsesAsync(first, id);
    }

    [Fact]
    public async Task Every_envelope_that_does_not_give_the_key_is_refused_with_the_same_words()
    {
        var (id, issuer, signing) = await Scenario.ActiveAsync("EC_SM2");
        var (_, _, stranger) = await Scenario.ActiveAsync("EC_SM2");
        using var encryption = EncryptionCertificate.IssuedBy(issuer);
        using var other = EncryptionCertificate.IssuedBy(issuer);
        var (symmetricKey, privateKey) = encryption.SplitFor(signing);
        var (strangeSymmetricKey, _) = encryption.SplitFor(stranger);
        var (otherSymmetricKey, otherPrivateKey) = other.SplitFor(signing);
        var enveloped = encryption.EnvelopedFor(signing);

        (string PrivateKey, string? SymmetricKey, string Algorithm)[] wrong =
        [
            (encryption.EnvelopedFor(stranger), null, "SM4_ECB"),
            (other.EnvelopedFor(signing), null, "SM4_ECB"),
            (Flip(enveloped, 100), null, "SM4_ECB"),
            (Flip(enveloped, 0), null, "SM4_ECB"),
            (Convert.ToBase64String(new byte[200]), null, "SM4_ECB"),
            (privateKey, strangeSymmetricKey, "SM4_ECB"),
            (privateKey, otherSymmetricKey, "SM4_ECB"),
            (otherPrivateKey, otherSymmetricKey, "SM4_ECB"),
            (Flip(privateKey, 3), symmetricKey, "SM4_ECB"),
            (privateKey, Flip(symmetricKey, 40), "SM4_ECB"),
            (privateKey, symmetricKey, "SM4_CBC"),
            (enveloped, symmetricKey, "SM4_ECB"),
            (Convert.ToBase64String(new byte[7]), symmetricKey, "SM4_ECB"),
        ];
        var messages = new List<string>();
        foreach (var (key, symmetric, algorithm) in wrong)
        {
            var reply = await ImportAsync(id, encryption, issuer, key, symmetric, algorithm);
            messages.Add(reply.Refused(400, "InvalidParameter", "EncryptedPrivateKey").Message);
        }

        Assert.Single(messages.Distinct(StringComparer.Ordinal));
        Assert.False((await Keyhold.CallAsync("GetCertificate", ("CertificateId", id))).Has("EncryptionCertificate"));
    }

    [Fact]
    public async Task A_signing_certificate_is_refused()
    {
        var (id, issuer, signing) = await Scenario.ActiveAsync("EC_SM2");
        using var encryption = EncryptionCertificate.IssuedBy(
            issuer,
            template => template.KeyUsage = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation
        );

        (await ImportAsync(id, encryption, issuer, encryption.EnvelopedFor(signing))).Refused(
            400,
            "InvalidParameter",
            "Certificate: its key usage allows none of KeyEncipherment",
            "UploadCertificate"
        );
    }

    [Fact]
    public async Task The_signing_key_itself_is_no_encryption_key()
    {
        var (id, issuer, signing) = await Scenario.ActiveAsync("EC_SM2");
        using var encryption = EncryptionCertificate.IssuedBy(issuer);

        (await ImportAsync(id, signing.Pem, issuer.ChainPem, encryption.EnvelopedFor(signing))).Refused(
            400,
            "InvalidParameter",
            "Certificate: its key is the signing key of this CertificateId"
        );
    }

    [Theory]
    [InlineData("EC_P256")]
    [InlineData("RSA_2048")]
    public async Task A_certificate_for_another_kind_of_key_is_refused(string keySpec)
    {
        var (id, issuer, signing) = await Scenario.ActiveAsync("EC_SM2");
        Assert.True(KeySpec.TryParse(keySpec, out var spec));
        using var key = PrivateKey.Generate(spec);
        using var wrapped = EncryptionCertificate.IssuedBy(issuer);
        using var encryption = EncryptionCertificate.For(key, issuer, change: null);

        (await ImportAsync(id, encryption, issuer, wrapped.EnvelopedFor(signing))).Refused(
            400,
            "InvalidParameter",
            "Certificate: its key is not one on the curve of SM2"
        );
    }

    [Fact]
    public async Task The_certificate_is_judged_as_an_upload_is()
    {
        var (id, issuer, signing) = await Scenario.ActiveAsync("EC_SM2");
        var stranger = Scenario.Root(subject: "CN=Another Root,O=Example,C=CN");
        using var expired = EncryptionCertificate.IssuedBy(
            issuer,
            template => template.NotAfter = template.NotBefore.AddSeconds(1)
        );
        using var good = EncryptionCertificate.IssuedBy(issuer);

        (await ImportAsync(id, expired, issuer, expired.EnvelopedFor(signing))).Refused(
            400,
            "InvalidParameter",
            "Certificate:",
            "expired"
        );
        (await ImportAsync(id, good, stranger, good.EnvelopedFor(signing))).Refused(
            400,
            "InvalidParameter",
            "CertificateChain:"
        );
        (await ImportAsync(id, "no PEM", null, good.EnvelopedFor(signing))).Refused(
            400,
            "InvalidParameter",
            "Certificate:"
        );
    }

    [Fact]
    public async Task Without_a_chain_it_is_taken_with_a_warning_but_none_that_it_is_not_for_signing()
    {
        var (id, issuer, signing) = await Scenario.ActiveAsync("EC_SM2");
        using var encryption = EncryptionCertificate.IssuedBy(issuer);

        (await ImportAsync(id, encryption.Certificate.Pem, null, encryption.EnvelopedFor(signing))).Ok();

        var described = (await Scenario.DescribeAsync(id)).Ok();
        var warning = Assert.Single(described.Json.GetProperty("EncryptionWarnings").EnumerateArray());
        Assert.Contains("CertificateChain", warning.GetString()!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("EC_P256")]
    [InlineData("RSA_2048")]
    public async Task Only_certificates_of_EC_SM2_come_in_pairs(string keySpec)
    {
        var (id, issuer, _) = await Scenario.ActiveAsync(keySpec);
        var (_, _, signing) = await Scenario.ActiveAsync("EC_SM2");
        using var encryption = EncryptionCertificate.IssuedBy(issuer);

        (await ImportAsync(id, encryption, issuer, encryption.EnvelopedFor(signing))).Refused(
            400,
            "InvalidParameter",
            "CertificateId",
            keySpec,
            "EC_SM2"
        );
    }

    [Fact]
    public async Task Needs_a_signing_certificate_that_is_there_and_not_revoked()
    {
        var (pending, csr) = await Scenario.CreateAsync("EC_SM2");
        var issuer = Scenario.Root();
        using var encryption = EncryptionCertificate.IssuedBy(issuer);
        var enveloped = encryption.EnvelopedFor(issuer.Issue(SigningRequest.FromPem(csr)));

        (await ImportAsync(pending, encryption, issuer, enveloped)).Refused(409, "Rejected.PendingImport");
        (await ImportAsync(Scenario.OtherId, encryption, issuer, enveloped)).Refused(404, "Certificate.NotFound");
        var (revoked, _, _) = await Scenario.ActiveAsync("EC_SM2");
        await Scenario.SetStatusAsync(revoked, "REVOKED");
        (await ImportAsync(revoked, encryption, issuer, enveloped)).Refused(409, "Rejected.Revoked");
    }

    [Theory]
    [InlineData("CertificateId", null, "MissingParameter")]
    [InlineData("CertificateId", "12", "InvalidParameter")]
    [InlineData("Certificate", null, "MissingParameter")]
    [InlineData("AsymmetricAlgorithm", null, "MissingParameter")]
    [InlineData("AsymmetricAlgorithm", "RSAES_OAEP_SHA_256", "InvalidParameter")]
    [InlineData("SymmetricAlgorithm", null, "MissingParameter")]
    [InlineData("SymmetricAlgorithm", "AES_256_GCM", "InvalidParameter")]
    [InlineData("SymmetricAlgorithm", "SM4_CBC", "InvalidParameter")]
    [InlineData("EncryptedPrivateKey", null, "MissingParameter")]
    [InlineData("EncryptedPrivateKey", "!", "InvalidParameter")]
    [InlineData("EncryptedPrivateKey", "0000000000000001000000000000000112", "InvalidParameter")]
    [InlineData("EncryptedSymmetricKey", "!", "InvalidParameter")]
    [Case("ImportEncryptionCertificate", CaseKind.BadParameter)]
    public async Task Names_the_parameter_that_is_wrong(string parameter, string? value, string code)
    {
        var (id, issuer, signing) = await Scenario.ActiveAsync("EC_SM2");
        using var encryption = EncryptionCertificate.IssuedBy(issuer);
        (string, string?)[] good =
        [
            ("CertificateId", id),
            ("Certificate", encryption.Certificate.Pem),
            ("AsymmetricAlgorithm", "SM2PKE"),
            ("SymmetricAlgorithm", "SM4_ECB"),
            ("EncryptedPrivateKey", encryption.EnvelopedFor(signing)),
        ];

        var reply = await Keyhold.CallAsync(
            "ImportEncryptionCertificate",
            [.. good.Where(one => one.Item1 != parameter), (parameter, value)]
        );

        reply.Refused(400, code, parameter);
    }

    [Fact]
    public async Task A_number_alone_lacks_its_symmetric_key()
    {
        var (id, issuer, signing) = await Scenario.ActiveAsync("EC_SM2");
        using var encryption = EncryptionCertificate.IssuedBy(issuer);
        var (_, privateKey) = encryption.SplitFor(signing);
        (await ImportAsync(id, encryption, issuer, privateKey)).Refused(
            400,
            "MissingParameter",
            "EncryptedSymmetricKey"
        );
    }

    private async Task AssertUsesAsync(EncryptionCertificate encryption, string id)
    {
        var ciphertext = encryption.Key.PublicKey.Encrypt(EncryptionAlgorithm.Sm2Pke, "p"u8);
        var decrypted = await Keyhold.CallAsync(
            "CertificatePrivateKeyDecrypt",
            ("CertificateId", id),
            ("Algorithm", "SM2PKE"),
            ("CiphertextBlob", Convert.ToBase64String(ciphertext))
        );
        Assert.Equal(Scenario.Base64("p"), decrypted.Ok()["Plaintext"]);
    }

    private static string Flip(string base64, int place)
    {
        var bytes = Convert.FromBase64String(base64);
        bytes[place] ^= 1;
        return Convert.ToBase64String(bytes);
    }

    private Task<TestReply> ImportAsync(
        string id,
        EncryptionCertificate encryption,
        TestAuthority issuer,
        string privateKey,
        string? symmetricKey = null,
        string algorithm = "SM4_ECB"
    ) => ImportAsync(id, encryption.Certificate.Pem, issuer.ChainPem, privateKey, symmetricKey, algorithm);

    private Task<TestReply> ImportAsync(
        string id,
        string certificate,
        string? chain,
        string privateKey,
        string? symmetricKey = null,
        string algorithm = "SM4_ECB"
    ) =>
        Keyhold.CallAsync(
            "ImportEncryptionCertificate",
            ("CertificateId", id),
            ("Certificate", certificate),
            ("CertificateChain", chain),
            ("AsymmetricAlgorithm", "SM2PKE"),
            ("SymmetricAlgorithm", algorithm),
            ("EncryptedPrivateKey", privateKey),
            ("EncryptedSymmetricKey", symmetricKey)
        );
}
