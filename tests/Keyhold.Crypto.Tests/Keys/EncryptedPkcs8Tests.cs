using System.Security.Cryptography;
using Keyhold.Crypto.Keys;
using Keyhold.Crypto.Tests.Algorithms;
using Org.BouncyCastle.Asn1.Pkcs;

namespace Keyhold.Crypto.Tests.Keys;

public class EncryptedPkcs8Tests
{
    [Theory]
    [InlineData("RSA_2048", "correct horse")]
    [InlineData("EC_P256", "")]
    [InlineData("EC_SM2", "密码 with blanks")]
    public void OpenSSL_reads_an_exported_key(string spec, string passphrase)
    {
        using var openssl = new OpenSslProgram();
        using PrivateKey key = KeyFixture.New(spec);
        openssl.Write("encrypted", key.ExportEncryptedPkcs8(passphrase));
        openssl.Write("passphrase", passphrase + "\n");

        openssl.Run(Decrypt("passphrase"));

        using PrivateKey read = PrivateKey.FromPkcs8(openssl.Read("plain"));
        Assert.Equal(key.ExportPkcs8(), read.ExportPkcs8());
        Assert.Equal(key.PublicKey.Pem, openssl.Run("pkey", "-in", "plain", "-inform", "DER", "-pubout"));

        openssl.Write("other", passphrase + "!\n");
        Assert.False(openssl.Succeeds(Decrypt("other")));
    }

    [Fact]
    public void The_same_key_and_passphrase_give_another_export_each_time()
    {
        using PrivateKey key = KeyFixture.New("EC_P256");
        Assert.NotEqual(key.ExportEncryptedPkcs8("p"), key.ExportEncryptedPkcs8("p"));
    }

    [Fact]
    public void The_parameters_are_the_promised_ones()
    {
        using PrivateKey key = KeyFixture.New("EC_SM2");
        byte[] encrypted = key.ExportEncryptedPkcs8("p");
        var info = EncryptedPrivateKeyInfo.GetInstance(encrypted);
        Assert.Equal(ObjectIdentifiers.Pbes2, info.EncryptionAlgorithm.Algorithm.Id);
        var parameters = PbeS2Parameters.GetInstance(info.EncryptionAlgorithm.Parameters);
        var derivation = Pbkdf2Params.GetInstance(parameters.KeyDerivationFunc.Parameters);
        Assert.Equal(600_000, derivation.IterationCount.IntValue);
        Assert.Equal(16, derivation.GetSalt().Length);
        Assert.Equal(ObjectIdentifiers.HmacWithSha256, derivation.Prf.Algorithm.Id);
        Assert.Equal(ObjectIdentifiers.Aes256Cbc, parameters.EncryptionScheme.Algorithm.Id);
    }

    [Fact]
    public void The_BCL_reads_an_exported_key_and_refuses_another_passphrase()
    {
        using PrivateKey key = KeyFixture.New("EC_P256");
        byte[] encrypted = key.ExportEncryptedPkcs8("right");
        using ECDsa ecdsa = ECDsa.Create();
        Assert.Throws<CryptographicException>(() => ecdsa.ImportEncryptedPkcs8PrivateKey("wrong", encrypted, out _));
        ecdsa.ImportEncryptedPkcs8PrivateKey("right", encrypted, out int read);
        Assert.Equal(encrypted.Length, read);
        Assert.Equal(key.PublicKey.SubjectPublicKeyInfo.ToArray(), ecdsa.ExportSubjectPublicKeyInfo());
    }

    private static string[] Decrypt(string passphraseFile) =>
        [
            "pkcs8",
            "-in",
            "encrypted",
            "-inform",
            "DER",
            "-passin",
            "file:" + passphraseFile,
            "-topk8",
            "-nocrypt",
            "-outform",
            "DER",
            "-out",
            "plain",
        ];
}
