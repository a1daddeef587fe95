using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Keyhold.Crypto.Keys;

/// <summary>
/// EncryptedPrivateKeyInfo (RFC 5958 section 3) under PBES2 (RFC 8018 section 6.2): PBKDF2 with HMAC-SHA-256,
/// 600,000 iterations and a salt of 16 bytes, then AES-256-CBC. The same for all kinds of keys.
/// </summary>
internal static class EncryptedPkcs8
{
    internal const int Iterations = 600_000;

    private const int SaltSize = 16;
    private const int KeySize = 32;
    private const int BlockSize = 16;

    internal static byte[] Encrypt(ReadOnlySpan<byte> pkcs8, ReadOnlySpan<byte> passphrase)
    {
        Span<byte> salt = stackalloc byte[SaltSize];
        Span<byte> initialBlock = stackalloc byte[BlockSize];
        RandomNumberGenerator.Fill(salt);
        RandomNumberGenerator.Fill(initialBlock);
        byte[] key = new byte[KeySize];
        try
        {
            Rfc2898DeriveBytes.Pbkdf2(passphrase, salt, key, Iterations, HashAlgorithmName.SHA256);
            using Aes aes = Aes.Create();
            aes.Key = key;
            return Write(salt, initialBlock, aes.EncryptCbc(pkcs8, initialBlock));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static byte[] Write(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> initialBlock, ReadOnlySpan<byte> ciphertext)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(ObjectIdentifiers.Pbes2);
                using (writer.PushSequence())
                {
                    WriteKeyDerivation(writer, salt);
                    using (writer.PushSequence())
                    {
                        writer.WriteObjectIdentifier(ObjectIdentifiers.Aes256Cbc);
                        writer.WriteOctetString(initialBlock);
                    }
                }
            }

            writer.WriteOctetString(ciphertext);
        }

        return writer.Encode();
    }

    private static void WriteKeyDerivation(AsnWriter writer, ReadOnlySpan<byte> salt)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(ObjectIdentifiers.Pbkdf2);
            using (writer.PushSequence())
            {
                writer.WriteOctetString(salt);
                writer.WriteInteger(Iterations);
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(ObjectIdentifiers.HmacWithSha256);
                    writer.WriteNull();
                }
            }
        }
    }
}
