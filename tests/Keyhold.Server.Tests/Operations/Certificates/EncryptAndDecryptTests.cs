using Keyhold.Server.Tests.Storage;

namespace Keyhold.Server.Tests.Operations.Certificates;

public abstract class EncryptAndDecryptTests(DatabaseKind kind) : OperationTest(kind)
{
    public sealed class OnSqlite() : EncryptAndDecryptTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : EncryptAndDecryptTests(DatabaseKind.Postgres);

    [Theory]
    [InlineData("RSA_2048", "RSAES_OAEP_SHA_1", 214)]
    [InlineData("RSA_2048", "RSAES_OAEP_SHA_256", 190)]
    [InlineData("EC_SM2", "SM2PKE", 6047)]
    [Case("CertificatePublicKeyEncrypt", CaseKind.Good)]
    [Case("CertificatePrivateKeyDecrypt", CaseKind.Good)]
    [Case("CertificatePublicKeyEncrypt", CaseKind.BadParameter)]
    public async Task The_longest_plaintext_comes_back_and_one_byte_more_is_refused(
        string keySpec,
        string algorithm,
        int longest
    )
    {
        var (id, _, _) = await Scenario.ActiveAsync(keySpec);
        var plaintext = Convert.ToBase64String(new byte[longest]);

        var encrypted = (await EncryptAsync(id, algorithm, plaintext)).Ok();

        Assert.Equal(plaintext, (await DecryptAsync(id, algorithm, encrypted["CiphertextBlob"])).Ok()["Plaintext"]);
        (await EncryptAsync(id, algorithm, Convert.ToBase64String(new byte[longest + 1]))).Refused(
            400,
            "InvalidParameter",
            "Plaintext",
            longest.ToString(System.Globalization.CultureInfo.InvariantCulture)
        );
    }

    [Fact]
    [Case("CertificatePrivateKeyDecrypt", CaseKind.BadParameter)]
    public async Task Every_failed_decryption_reads_the_same()
    {
        var (id, _, _) = await Scenario.ActiveAsync("RSA_2048");
        var good = (await EncryptAsync(id, "RSAES_OAEP_SHA_256", Scenario.Base64("p"))).Ok()["CiphertextBlob"];
        var flipped = Convert.FromBase64String(good);
        flipped[17] ^= 1;

        string[] messages =
        [
            (await DecryptAsync(id, "RSAES_OAEP_SHA_256", Convert.ToBase64String(flipped))).Message,
            (await DecryptAsync(id, "RSAES_OAEP_SHA_1", good)).Message,
            (await DecryptAsync(id, "RSAES_OAEP_SHA_256", Scenario.Base64("short"))).Message,
            (await DecryptAsync(id, "RSAES_OAEP_SHA_256", Convert.ToBase64String(new byte[256]))).Message,
            (await DecryptAsync(id, "RSAES_OAEP_SHA_256", Convert.ToBase64String(new byte[9000]))).Message,
            (await DecryptAsync(id, "RSAES_OAEP_SHA_256", Convert.ToBase64String(new byte[70_000]))).Message,
        ];

        Assert.Single(messages.Distinct(StringComparer.Ordinal));
        Assert.Contains("CiphertextBlob", messages[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_EC_key_does_not_encrypt()
    {
        var (id, _, _) = await Scenario.ActiveAsync();
        (await EncryptAsync(id, "SM2PKE", Scenario.Base64("p"))).Refused(
            400,
            "InvalidParameter",
            "Algorithm",
            "EC_SM2"
        );
    }

    private Task<TestReply> EncryptAsync(string id, string algorithm, string plaintext) =>
        Keyhold.CallAsync(
            "CertificatePublicKeyEncrypt",
            ("CertificateId", id),
            ("Algorithm", algorithm),
            ("Plaintext", plaintext)
        );

    private Task<TestReply> DecryptAsync(string id, string algorithm, string ciphertext) =>
        Keyhold.CallAsync(
            "CertificatePrivateKeyDecrypt",
            ("CertificateId", id),
            ("Algorithm", algorithm),
            ("CiphertextBlob", ciphertext)
        );
}
