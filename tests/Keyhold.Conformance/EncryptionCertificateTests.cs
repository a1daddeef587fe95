using System.Security.Cryptography;
using Keyhold.Conformance.OpenSsl;

namespace Keyhold.Conformance;

/// <summary>ImportEncryptionCertificate with OpenSSL as the CA that makes the encryption key and wraps it.</summary>
public sealed class EncryptionCertificateTests(ConformanceFixture conformance)
{
    private const string Algorithm = "SM2PKE";

    [Fact]
    public async Task The_key_that_OpenSSL_made_and_wrapped_encrypts_and_decrypts_from_then_on()
    {
        var authority = await conformance.AuthorityAsync(Specs.Sm2);
        var certificate = await conformance.ActiveAsync(Specs.Sm2);
        var signingKey = await OpenSslKeys.PublicKeyOfAsync((await certificate.GetAsync()).Text("Certificate"));
        using var folder = new OpenSslFolder();
        await folder.RunAsync($"genpkey {OpenSslKeys.GenerateOptions(Specs.Sm2)} -out encryption.key");
        await folder.RunAsync(
            $"req -new -key encryption.key -subj /C=CN/CN=encryption -out encryption.csr -sm3 -sigopt distid:{Specs.Sm2Identity}"
        );
        var issued = await authority.IssueAsync(folder.ReadText("encryption.csr"), section: "encryption");
        var (symmetricKey, privateKey) = await WrapAsync(folder, signingKey);

        var answer = await certificate.CallAsync(
            "ImportEncryptionCertificate",
            ("Certificate", issued),
            ("CertificateChain", authority.Chain),
            ("AsymmetricAlgorithm", Algorithm),
            ("SymmetricAlgorithm", "SM4_ECB"),
            ("EncryptedPrivateKey", privateKey),
            ("EncryptedSymmetricKey", symmetricKey)
        );

        Assert.Equal(certificate.CertificateId, answer.Text("CertificateId"));
        byte[] plaintext = [1, 2, 3];
        var encrypted = await certificate.EncryptAsync(Algorithm, plaintext);
        Assert.Equal(plaintext, await OpenSslKeys.DecryptAsync(folder, "encryption.key", Algorithm, encrypted));
        var encryptionKey = await OpenSslKeys.PublicKeyOfAsync(issued);
        encrypted = await OpenSslKeys.EncryptAsync(encryptionKey, Algorithm, plaintext);
        Assert.Equal(plaintext, await certificate.DecryptAsync(Algorithm, encrypted));
        var signature = await certificate.SignAsync("SM2DSA", plaintext);
        Assert.True(await OpenSslKeys.VerifiesAsync(signingKey, "SM2DSA", plaintext, signature));
    }

    private static async Task<(string SymmetricKey, string PrivateKey)> WrapAsync(
        OpenSslFolder folder,
        string signingKey
    )
    {
        var symmetricKey = RandomNumberGenerator.GetBytes(16);
        var pkcs8 = (await folder.RunAsync("pkcs8 -topk8 -nocrypt -in encryption.key -outform DER")).Output;
        byte[] beforeNumber = [0x02, 0x01, 0x01, 0x04, 0x20];
        var start = pkcs8.AsSpan().IndexOf(beforeNumber) + beforeNumber.Length;
        folder.Write("number", pkcs8[start..(start + 32)]);
        await folder.RunAsync($"enc -sm4-ecb -nopad -K {Convert.ToHexString(symmetricKey)} -in number -out wrapped");
        return (
            Convert.ToBase64String(await OpenSslKeys.EncryptAsync(signingKey, Algorithm, symmetricKey)),
            Convert.ToBase64String(folder.Read("wrapped"))
        );
    }
}
