using System.Security.Cryptography;
using Keyhold.Crypto.Algorithms;

namespace Keyhold.Crypto.Tests.Algorithms;

public class Sm4Tests
{
    private static readonly byte[] Example = Convert.FromHexString("0123456789ABCDEFFEDCBA9876543210");

    [Fact]
    public void Encrypts_the_example_of_the_standard()
    {
        byte[] ciphertext = new byte[16];
        Sm4.EncryptEcb(Example, Example, ciphertext);
        Assert.Equal("681EDF34D206965E86B3E94F536E4246", Convert.ToHexString(ciphertext));

        byte[] plaintext = new byte[16];
        Sm4.DecryptEcb(Example, ciphertext, plaintext);
        Assert.Equal(Example, plaintext);
    }

    [Theory]
    [InlineData("ecb")]
    [InlineData("cbc")]
    public void OpenSSL_encrypts_to_the_same_bytes(string mode)
    {
        using var openssl = new OpenSslProgram();
        byte[] key = RandomNumberGenerator.GetBytes(16);
        byte[] initialBlock = RandomNumberGenerator.GetBytes(16);
        byte[] plaintext = RandomNumberGenerator.GetBytes(64);
        openssl.Write("plain", plaintext);
        string[] encrypt =
        [
            "enc",
            $"-sm4-{mode}",
            "-nopad",
            "-K",
            Convert.ToHexString(key),
            "-in",
            "plain",
            "-out",
            "encrypted",
        ];
        openssl.Run(mode == "cbc" ? [.. encrypt, "-iv", Convert.ToHexString(initialBlock)] : encrypt);

        byte[] ciphertext = new byte[64];
        byte[] decrypted = new byte[64];
        if (mode == "cbc")
        {
            Sm4.EncryptCbc(key, initialBlock, plaintext, ciphertext);
            Sm4.DecryptCbc(key, initialBlock, ciphertext, decrypted);
        }
        else
        {
            Sm4.EncryptEcb(key, plaintext, ciphertext);
            Sm4.DecryptEcb(key, ciphertext, decrypted);
        }

        Assert.Equal(openssl.Read("encrypted"), ciphertext);
        Assert.Equal(plaintext, decrypted);
    }

    [Theory]
    [InlineData(15, 15)]
    [InlineData(17, 17)]
    [InlineData(16, 32)]
    [InlineData(32, 16)]
    public void Takes_whole_blocks_only(int input, int output) =>
        Assert.Throws<CryptographicException>(() => Sm4.DecryptEcb(Example, new byte[input], new byte[output]));
}
