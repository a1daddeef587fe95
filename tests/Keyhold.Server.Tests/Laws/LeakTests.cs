using System.Text;
using Keyhold.Server.Access;
using Keyhold.Server.Tests.Operations;
using Keyhold.Server.Tests.Operations.Certificates;

namespace Keyhold.Server.Tests.Laws;

/// <summary>Law 5, seen from the disk: what is secret is nowhere in the data folder but sealed.</summary>
public class LeakTests : OperationTest
{
    [Theory]
    [InlineData("RSA_2048")]
    [InlineData("EC_P256")]
    [InlineData("EC_SM2")]
    public async Task Neither_access_key_secret_nor_private_key_nor_passphrase_is_in_a_file(string keySpec)
    {
        const string Passphrase = "canary-passphrase-7d1c";
        var (id, _, _) = await Scenario.ActiveAsync(keySpec);
        (await Keyhold.CallAsync("ExportCertificate", ("CertificateId", id), ("Passphrase", Passphrase))).Ok();
        var row = await Keyhold.Parts.Certificates.FindAsync(id, CancellationToken.None);
        using var lease = Keyhold.Parts.Vault.Borrow(new KeyUse(new(id)), row!);
        var keyMaterial = lease.Key.ExportPkcs8();

        byte[][] secrets =
        [
            Encoding.UTF8.GetBytes(KeyholdUnderTest.Secret),
            Encoding.UTF8.GetBytes(Passphrase),
            PrivatePart(keySpec, keyMaterial),
        ];
        foreach (var file in Directory.GetFiles(Keyhold.DataFolder, "*", SearchOption.AllDirectories))
        {
            var content = await ReadSharedAsync(file);
            Assert.All(secrets, secret => Assert.True(content.AsSpan().IndexOf(secret) < 0, file));
        }
    }

    [Fact]
    public async Task The_key_of_an_encryption_certificate_is_in_no_file()
    {
        var (id, issuer, signing) = await Scenario.ActiveAsync("EC_SM2");
        using var encryption = EncryptionCertificate.IssuedBy(issuer);
        var (symmetricKey, privateKey) = encryption.SplitFor(signing);
        (
            await Keyhold.CallAsync(
                "ImportEncryptionCertificate",
                ("CertificateId", id),
                ("Certificate", encryption.Certificate.Pem),
                ("AsymmetricAlgorithm", "SM2PKE"),
                ("SymmetricAlgorithm", "SM4_ECB"),
                ("EncryptedPrivateKey", privateKey),
                ("EncryptedSymmetricKey", symmetricKey)
            )
        ).Ok();

        var secret = PrivatePart("EC_SM2", encryption.Key.ExportPkcs8());
        foreach (var file in Directory.GetFiles(Keyhold.DataFolder, "*", SearchOption.AllDirectories))
        {
            var content = await ReadSharedAsync(file);
            Assert.True(content.AsSpan().IndexOf(secret) < 0, file);
        }
    }

    /// <summary>Of a PKCS#8 key what no public key holds: RSA's last number, or the scalar of an elliptic curve.</summary>
    private static byte[] PrivatePart(string keySpec, byte[] pkcs8) =>
        keySpec == "RSA_2048" ? pkcs8[^40..] : pkcs8[36..68];

    private static async Task<byte[]> ReadSharedAsync(string file)
    {
        using var copy = new MemoryStream();
        try
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            await stream.CopyToAsync(copy);
        }
        catch (IOException)
        {
            // The lock file cannot be read while it is locked, and is empty.
            Assert.EndsWith("keyhold.lock", file, StringComparison.Ordinal);
        }

        return copy.ToArray();
    }
}
