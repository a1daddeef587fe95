using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;

namespace Keyhold.Crypto.Algorithms;

/// <summary>
/// The block cipher SM4 (GB/T 32907) over whole blocks, without padding: what private numbers are wrapped with, and
/// nothing else. Inputs that are not whole blocks are the caller's mistake. BouncyCastle copies the key into an object that
/// cannot be overwritten; it is let go of at once, the garbage collector does the rest.
/// </summary>
internal static class Sm4
{
    internal const int KeySize = 16;
    internal const int BlockSize = 16;

    internal static void EncryptEcb(ReadOnlySpan<byte> key, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext) =>
        Process(Ecb(key, forEncryption: true), plaintext, ciphertext);

    internal static void DecryptEcb(ReadOnlySpan<byte> key, ReadOnlySpan<byte> ciphertext, Span<byte> plaintext) =>
        Process(Ecb(key, forEncryption: false), ciphertext, plaintext);

    internal static void EncryptCbc(
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> initialBlock,
        ReadOnlySpan<byte> plaintext,
        Span<byte> ciphertext
    ) => Process(Cbc(key, initialBlock, forEncryption: true), plaintext, ciphertext);

    internal static void DecryptCbc(
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> initialBlock,
        ReadOnlySpan<byte> ciphertext,
        Span<byte> plaintext
    ) => Process(Cbc(key, initialBlock, forEncryption: false), ciphertext, plaintext);

    private static EcbBlockCipher Ecb(ReadOnlySpan<byte> key, bool forEncryption)
    {
        var cipher = new EcbBlockCipher(new SM4Engine());
        cipher.Init(forEncryption, new KeyParameter(key));
        return cipher;
    }

    private static CbcBlockCipher Cbc(ReadOnlySpan<byte> key, ReadOnlySpan<byte> initialBlock, bool forEncryption)
    {
        var cipher = new CbcBlockCipher(new SM4Engine());
        cipher.Init(forEncryption, new ParametersWithIV(new KeyParameter(key), initialBlock));
        return cipher;
    }

    private static void Process(IBlockCipherMode cipher, ReadOnlySpan<byte> input, Span<byte> output)
    {
        if (input.Length % BlockSize != 0 || output.Length != input.Length)
        {
            throw new CryptographicException($"SM4 works on whole blocks of {BlockSize} bytes.");
        }

        for (int at = 0; at < input.Length; at += BlockSize)
        {
            cipher.ProcessBlock(input[at..], output[at..]);
        }
    }
}
