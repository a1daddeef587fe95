using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Keyhold.Crypto.Algorithms;

namespace Keyhold.Crypto.Keys;

/// <summary>
/// An SM2 private key wrapped for the holder of another one, in two parts: an SM4 key encrypted to the recipient (SM2
/// ciphertext, DER of GM/T 0009 section 7.2 or C1 || C3 || C2), and the private number encrypted under it:
/// <code>
/// ECB:                           SM4(number)     number = 32 bytes, or 32 zeros and 32 bytes (GM/T 0018)
/// CBC:  initial block, 16 bytes  SM4(number)     no padding in either
/// </code>
/// </summary>
public static class Sm2SplitEnvelope
{
    /// <summary>Every failure is the same <c>false</c>. That the key is the right one is for the caller to compare.</summary>
    public static bool TryOpen(
        PrivateKey recipient,
        Sm4Mode mode,
        ReadOnlySpan<byte> encryptedSymmetricKey,
        ReadOnlySpan<byte> encryptedPrivateKey,
        [NotNullWhen(true)] out PrivateKey? key
    )
    {
        key = null;
        if (!Sm2PrivateKey.Of(recipient).TryDecryptAnyForm(encryptedSymmetricKey, out byte[] symmetricKey))
        {
            return false;
        }

        ReadOnlySpan<byte> initialBlock = [];
        if (mode == Sm4Mode.Cbc && encryptedPrivateKey.Length > Sm4.BlockSize)
        {
            initialBlock = encryptedPrivateKey[..Sm4.BlockSize];
            encryptedPrivateKey = encryptedPrivateKey[Sm4.BlockSize..];
        }

        Span<byte> number = stackalloc byte[Sm2PrivateNumber.PaddedSize];
        try
        {
            if (
                symmetricKey.Length != Sm4.KeySize
                || encryptedPrivateKey.Length is not (Sm2PrivateNumber.Size or Sm2PrivateNumber.PaddedSize)
            )
            {
                return false;
            }

            number = number[..encryptedPrivateKey.Length];
            if (mode == Sm4Mode.Cbc)
            {
                Sm4.DecryptCbc(symmetricKey, initialBlock, encryptedPrivateKey, number);
            }
            else
            {
                Sm4.DecryptEcb(symmetricKey, encryptedPrivateKey, number);
            }

            return Sm2PrivateNumber.TryRead(number, out key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(symmetricKey);
            CryptographicOperations.ZeroMemory(number);
        }
    }

    /// <summary>Wraps a key as a CA does.</summary>
    public static (byte[] EncryptedSymmetricKey, byte[] EncryptedPrivateKey) Wrap(
        PrivateKey key,
        PublicKey recipient,
        Sm4Mode mode
    )
    {
        Span<byte> number = stackalloc byte[Sm2PrivateNumber.Size];
        Span<byte> symmetricKey = stackalloc byte[Sm4.KeySize];
        try
        {
            Sm2PrivateKey.Of(key).WriteNumber(number);
            RandomNumberGenerator.Fill(symmetricKey);
            byte[] encryptedSymmetricKey = recipient.Encrypt(EncryptionAlgorithm.Sm2Pke, symmetricKey);
            if (mode == Sm4Mode.Ecb)
            {
                byte[] encrypted = new byte[Sm2PrivateNumber.Size];
                Sm4.EncryptEcb(symmetricKey, number, encrypted);
                return (encryptedSymmetricKey, encrypted);
            }

            byte[] chained = new byte[Sm4.BlockSize + Sm2PrivateNumber.Size];
            Span<byte> initialBlock = chained.AsSpan(0, Sm4.BlockSize);
            RandomNumberGenerator.Fill(initialBlock);
            Sm4.EncryptCbc(symmetricKey, initialBlock, number, chained.AsSpan(Sm4.BlockSize));
            return (encryptedSymmetricKey, chained);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(number);
            CryptographicOperations.ZeroMemory(symmetricKey);
        }
    }
}
