using System.Security.Cryptography;
using Keyhold.Conformance.Clients;
using Keyhold.Conformance.OpenSsl;

namespace Keyhold.Conformance;

/// <summary>CertificatePrivateKeySign and CertificatePublicKeyVerify at their edges.</summary>
public sealed class SigningTests(ConformanceFixture conformance)
{
    private static readonly byte[] s_message = [1, 2, 3, 4];

    [Theory]
    [InlineData(Specs.Rsa, "ECDSA_SHA_256")]
    [InlineData(Specs.Rsa, "RSA_PKCS1_SHA_1")]
    [InlineData(Specs.P256, "RSA_PSS_SHA_256")]
    [InlineData(Specs.P256, "SM2DSA")]
    [InlineData(Specs.Sm2, "ECDSA_SHA_256")]
    [InlineData(Specs.Sm2, "sm2dsa")]
    public async Task An_algorithm_of_another_key_is_refused(string keySpec, string algorithm)
    {
        var certificate = await conformance.ActiveAsync(keySpec);
        var message = Convert.ToBase64String(s_message);
        await certificate.InvalidAsync(
            "Algorithm",
            "CertificatePrivateKeySign",
            ("Algorithm", algorithm),
            ("MessageType", "RAW"),
            ("Message", message)
        );
        await certificate.InvalidAsync(
            "Algorithm",
            "CertificatePublicKeyVerify",
            ("Algorithm", algorithm),
            ("MessageType", "RAW"),
            ("Message", message),
            ("SignatureValue", message)
        );
    }

    [Theory]
    [InlineData(Specs.Rsa)]
    [InlineData(Specs.P256)]
    [InlineData(Specs.Sm2)]
    public async Task A_changed_message_or_signature_does_not_verify(string keySpec)
    {
        var certificate = await conformance.ActiveAsync(keySpec);
        foreach (var algorithm in Specs.SigningAlgorithms(keySpec))
        {
            var signature = await certificate.SignAsync(algorithm, s_message);
            Assert.True(await certificate.VerifiesAsync(algorithm, s_message, signature));
            Assert.False(await certificate.VerifiesAsync(algorithm, [1, 2, 3, 5], signature));
            for (var place = 0; place < signature.Length; place += 17)
            {
                var changed = signature.ToArray();
                changed[place] ^= 4;
                Assert.False(await certificate.VerifiesAsync(algorithm, s_message, changed));
            }
        }
    }

    [Theory]
    [InlineData(Specs.Rsa)]
    [InlineData(Specs.P256)]
    [InlineData(Specs.Sm2)]
    public async Task A_malformed_signature_is_simply_not_valid(string keySpec)
    {
        var certificate = await conformance.ActiveAsync(keySpec);
        foreach (var algorithm in Specs.SigningAlgorithms(keySpec))
        {
            var good = await certificate.SignAsync(algorithm, s_message);
            byte[][] malformed =
            [
                [0],
                good[..^1],
                [.. good, 0],
                new byte[good.Length],
                RandomNumberGenerator.GetBytes(64),
                RandomNumberGenerator.GetBytes(600),
                Convert.FromHexString("3006020100020100"),
            ];
            foreach (var signature in malformed)
                Assert.False(await certificate.VerifiesAsync(algorithm, s_message, signature));
        }
    }

    [Theory]
    [InlineData(Specs.Rsa)]
    [InlineData(Specs.P256)]
    [InlineData(Specs.Sm2)]
    public async Task A_signature_of_one_certificate_does_not_verify_under_another(string keySpec)
    {
        var one = await conformance.ActiveAsync(keySpec);
        var other = await conformance.ActiveAsync(keySpec);
        foreach (var algorithm in Specs.SigningAlgorithms(keySpec))
            Assert.False(await other.VerifiesAsync(algorithm, s_message, await one.SignAsync(algorithm, s_message)));
    }

    [Theory]
    [InlineData("RSA_PKCS1_SHA_256", "RSA_PSS_SHA_256")]
    [InlineData("RSA_PSS_SHA_256", "RSA_PKCS1_SHA_256")]
    public async Task A_signature_of_one_padding_does_not_verify_as_the_other(string made, string checkedAs)
    {
        var certificate = await conformance.ActiveAsync(Specs.Rsa);
        var signature = await certificate.SignAsync(made, s_message);
        Assert.False(await certificate.VerifiesAsync(checkedAs, s_message, signature));
    }

    [Theory]
    [InlineData("")]
    [InlineData("31323")]
    [InlineData("MTIzNA=")]
    [InlineData("MTIz NA==")]
    [InlineData("MTIzNA==!")]
    [InlineData("MTIz-A_=")]
    public async Task Broken_base64_is_refused(string broken)
    {
        var certificate = await conformance.ActiveAsync(Specs.P256);
        (string Name, string Value)[] good =
        [
            ("Algorithm", "ECDSA_SHA_256"),
            ("MessageType", "RAW"),
            ("Message", "MTIzNA=="),
            ("SignatureValue", "MTIzNA=="),
        ];
        foreach (var parameter in (string[])["Message", "SignatureValue"])
        {
            (string, string)[] bad =
            [
                .. good.Where(one => !string.Equals(one.Name, parameter, StringComparison.Ordinal)),
                (parameter, broken),
            ];
            var refusal =
                broken.Length == 0
                    ? await certificate.RefusedAsync(400, "MissingParameter", "CertificatePublicKeyVerify", bad)
                    : await certificate.InvalidAsync(parameter, "CertificatePublicKeyVerify", bad);
            Assert.Contains(parameter, refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_raw_message_may_have_4096_bytes_and_no_more()
    {
        var certificate = await conformance.ActiveAsync(Specs.P256);
        var signature = await certificate.SignAsync("ECDSA_SHA_256", new byte[4096]);
        Assert.True(await certificate.VerifiesAsync("ECDSA_SHA_256", new byte[4096], signature));
        var refusal = await certificate.InvalidAsync(
            "Message",
            "CertificatePrivateKeySign",
            ("Algorithm", "ECDSA_SHA_256"),
            ("Message", Convert.ToBase64String(new byte[4097]))
        );
        Assert.Contains("4096", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Specs.Rsa, 20)]
    [InlineData(Specs.Rsa, 33)]
    [InlineData(Specs.P256, 31)]
    [InlineData(Specs.P256, 48)]
    [InlineData(Specs.Sm2, 1)]
    [InlineData(Specs.Sm2, 64)]
    public async Task A_digest_of_another_size_is_refused(string keySpec, int size)
    {
        var certificate = await conformance.ActiveAsync(keySpec);
        foreach (var algorithm in Specs.SigningAlgorithms(keySpec))
        {
            await certificate.InvalidAsync(
                "Message",
                "CertificatePrivateKeySign",
                ("Algorithm", algorithm),
                ("MessageType", "DIGEST"),
                ("Message", Convert.ToBase64String(new byte[size]))
            );
        }
    }

    [Fact]
    public async Task An_unknown_message_type_is_refused()
    {
        var certificate = await conformance.ActiveAsync(Specs.P256);
        var refusal = await certificate.InvalidAsync(
            "MessageType",
            "CertificatePrivateKeySign",
            ("Algorithm", "ECDSA_SHA_256"),
            ("MessageType", "HASH"),
            ("Message", "MTIzNA==")
        );
        Assert.Contains("RAW", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("DIGEST", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Specs.Rsa)]
    [InlineData(Specs.P256)]
    [InlineData(Specs.Sm2)]
    public async Task Signatures_of_an_exported_key_made_by_OpenSSL_verify_here(string keySpec)
    {
        const string Passphrase = "correct-horse-9";
        var certificate = await conformance.ActiveAsync(keySpec);
        var exported = await certificate.CallAsync(
            "ExportCertificate",
            ("Passphrase", Passphrase),
            ("ExportFormat", "PEM")
        );
        using var folder = new OpenSslFolder();
        folder.Write("encrypted.pem", exported.Text("PrivateKey"));
        await folder.RunAsync($"pkey -in encrypted.pem -passin pass:{Passphrase} -out plain.pem");
        foreach (var algorithm in Specs.SigningAlgorithms(keySpec))
        {
            var signature = await OpenSslKeys.SignAsync(folder, "plain.pem", algorithm, s_message);
            Assert.True(await certificate.VerifiesAsync(algorithm, s_message, signature));
            Assert.False(await certificate.VerifiesAsync(algorithm, [4], signature));
        }
    }
}
