using System.Security.Cryptography;
using Keyhold.Conformance.Clients;
using Keyhold.Conformance.OpenSsl;

namespace Keyhold.Conformance;

/// <summary>CertificatePublicKeyEncrypt and CertificatePrivateKeyDecrypt at their edges.</summary>
public sealed class EncryptionTests(ConformanceFixture conformance)
{
    public static TheoryData<string, string, int> Algorithms { get; } =
    [
        .. Specs.All.SelectMany(keySpec =>
            Specs
                .EncryptionAlgorithms(keySpec)
                .Select(one => new TheoryDataRow<string, string, int>(keySpec, one.Algorithm, one.MaximumPlaintext))
        ),
    ];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task What_OpenSSL_encrypts_to_the_certificate_is_decrypted_here(
        string keySpec,
        string algorithm,
        int maximum
    )
    {
        var certificate = await conformance.ActiveAsync(keySpec);
        var publicKey = await OpenSslKeys.PublicKeyOfAsync((await certificate.GetAsync()).Text("Certificate"));
        foreach (var size in (int[])[1, 31, 32, 33, Math.Min(maximum, 4000)])
        {
            var plaintext = RandomNumberGenerator.GetBytes(size);
            var ciphertext = await OpenSslKeys.EncryptAsync(publicKey, algorithm, plaintext);
            Assert.Equal(plaintext, await certificate.DecryptAsync(algorithm, ciphertext));
        }
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task What_is_encrypted_here_OpenSSL_decrypts_with_the_exported_key(
        string keySpec,
        string algorithm,
        int maximum
    )
    {
        const string Passphrase = "correct-horse-9";
        var certificate = await conformance.ActiveAsync(keySpec);
        var exported = await certificate.CallAsync("ExportCertificate", ("Passphrase", Passphrase));
        var plaintext = RandomNumberGenerator.GetBytes(maximum / 2);
        using var folder = new OpenSslFolder();
        folder.Write("encrypted.pem", exported.Text("PrivateKey"));
        await folder.RunAsync($"pkey -in encrypted.pem -passin pass:{Passphrase} -out plain.pem");

        var ciphertext = await certificate.EncryptAsync(algorithm, plaintext);

        Assert.Equal(plaintext, await OpenSslKeys.DecryptAsync(folder, "plain.pem", algorithm, ciphertext));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task A_plaintext_over_the_limit_is_refused(string keySpec, string algorithm, int maximum)
    {
        var certificate = await conformance.ActiveAsync(keySpec);
        var refusal = await certificate.InvalidAsync(
            "Plaintext",
            "CertificatePublicKeyEncrypt",
            ("Algorithm", algorithm),
            ("Plaintext", Convert.ToBase64String(new byte[maximum + 1]))
        );
        Assert.Contains($"{maximum}", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task Every_failed_decrypt_looks_the_same(string keySpec, string algorithm, int maximum)
    {
        var certificate = await conformance.ActiveAsync(keySpec);
        var other = await conformance.ActiveAsync(keySpec);
        var good = await certificate.EncryptAsync(algorithm, new byte[maximum / 2]);
        byte[][] bad =
        [
            [1],
            good[..^1],
            [.. good, 0],
            [.. good[..^1], (byte)(good[^1] ^ 1)],
            new byte[good.Length],
            RandomNumberGenerator.GetBytes(good.Length),
            await other.EncryptAsync(algorithm, new byte[maximum / 2]),
        ];
        var messages = new HashSet<string>(StringComparer.Ordinal);
        foreach (var ciphertext in bad)
        {
            var refusal = await certificate.InvalidAsync(
                "CiphertextBlob",
                "CertificatePrivateKeyDecrypt",
                ("Algorithm", algorithm),
                ("CiphertextBlob", Convert.ToBase64String(ciphertext))
            );
            messages.Add(refusal.Message);
        }
        Assert.Single(messages);
    }

    [Theory]
    [InlineData(Specs.P256, "RSAES_OAEP_SHA_256")]
    [InlineData(Specs.P256, "SM2PKE")]
    [InlineData(Specs.Rsa, "SM2PKE")]
    [InlineData(Specs.Sm2, "RSAES_OAEP_SHA_1")]
    [InlineData(Specs.Rsa, "RSAES_PKCS1_V1_5")]
    public async Task An_algorithm_of_another_key_is_refused(string keySpec, string algorithm)
    {
        var certificate = await conformance.ActiveAsync(keySpec);
        await certificate.InvalidAsync(
            "Algorithm",
            "CertificatePublicKeyEncrypt",
            ("Algorithm", algorithm),
            ("Plaintext", "MTIzNA==")
        );
        await certificate.InvalidAsync(
            "Algorithm",
            "CertificatePrivateKeyDecrypt",
            ("Algorithm", algorithm),
            ("CiphertextBlob", "MTIzNA==")
        );
    }

    [Fact]
    public async Task A_ciphertext_of_one_hash_does_not_open_under_the_other()
    {
        var certificate = await conformance.ActiveAsync(Specs.Rsa);
        var ciphertext = await certificate.EncryptAsync("RSAES_OAEP_SHA_1", [1, 2, 3]);
        await certificate.InvalidAsync(
            "CiphertextBlob",
            "CertificatePrivateKeyDecrypt",
            ("Algorithm", "RSAES_OAEP_SHA_256"),
            ("CiphertextBlob", Convert.ToBase64String(ciphertext))
        );
    }
}
