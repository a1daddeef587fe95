using System.Formats.Asn1;
using System.Security.Cryptography;
using Keyhold.Crypto.Keys;

namespace Keyhold.Crypto.Certificates;

/// <summary>
/// Writes a PKCS#12 file (RFC 7292 section 4) with the key in one safe and its certificates in another.
/// <code>
/// PFX { 3, data { SEQUENCE { encryptedData { certificate bags }, data { shrouded key bag } } }, MAC }
/// </code>
/// All encryption is PBES2 with AES-256-CBC and HMAC-SHA-256, the MAC HMAC-SHA-256.
/// </summary>
internal static class Pkcs12Writer
{
    // With the 600,000 of the key they make the million that a file may cost, so that what is exported can be imported.
    // The MAC and the certificates are as good as the key to try passphrases on, so they get what is left over, not less.
    private const int CertificateIterations = 200_000;
    private const int MacIterations = 200_000;

    private static readonly Asn1Tag Explicit = new(TagClass.ContextSpecific, 0);

    public static byte[] Write(
        PrivateKey key,
        IReadOnlyList<Certificate> certificates,
        ReadOnlySpan<char> passphraseText,
        Pkcs12Passphrase passphrase
    )
    {
        var keyId = key.PublicKey.KeyIdentifier;
        var writer = new AsnWriter(AsnEncodingRules.DER);
        var certificateSafe = WriteCertificates(certificates, keyId);
        var keySafe = WriteKey(key.ExportEncryptedPkcs8(passphraseText), keyId);
        using (writer.PushSequence())
        {
            WriteEncryptedData(writer, certificateSafe, passphrase);
            WriteData(writer, keySafe);
        }
        var content = writer.Encode();
        writer.Reset();
        using (writer.PushSequence())
        {
            writer.WriteInteger(3);
            WriteData(writer, content);
            WriteMac(writer, content, passphrase);
        }
        return writer.Encode();
    }

    private static byte[] WriteCertificates(IReadOnlyList<Certificate> certificates, byte[] keyId)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            for (var i = 0; i < certificates.Count; i++)
            {
                using var bag = writer.PushSequence();
                writer.WriteObjectIdentifier(Pkcs12Identifiers.CertificateBag);
                using (writer.PushSequence(Explicit))
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(Pkcs12Identifiers.X509Certificate);
                    using var value = writer.PushSequence(Explicit);
                    writer.WriteOctetString(certificates[i].Der.Span);
                }
                if (i == 0)
                {
                    WriteLocalKeyId(writer, keyId);
                }
            }
        }
        return writer.Encode();
    }

    private static byte[] WriteKey(byte[] encryptedKey, byte[] keyId)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Pkcs12Identifiers.ShroudedKeyBag);
            using (writer.PushSequence(Explicit))
            {
                writer.WriteEncodedValue(encryptedKey);
            }
            WriteLocalKeyId(writer, keyId);
        }
        return writer.Encode();
    }

    /// <summary>Programs pair a key with its certificate by this attribute.</summary>
    private static void WriteLocalKeyId(AsnWriter writer, byte[] keyId)
    {
        using var attributes = writer.PushSetOf();
        using var attribute = writer.PushSequence();
        writer.WriteObjectIdentifier(Pkcs12Identifiers.LocalKeyId);
        using var values = writer.PushSetOf();
        writer.WriteOctetString(keyId);
    }

    private static void WriteData(AsnWriter writer, byte[] content)
    {
        using var info = writer.PushSequence();
        writer.WriteObjectIdentifier(Pkcs12Identifiers.Data);
        using var wrapper = writer.PushSequence(Explicit);
        writer.WriteOctetString(content);
    }

    private static void WriteEncryptedData(AsnWriter writer, byte[] plaintext, Pkcs12Passphrase passphrase)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        var initialBlock = RandomNumberGenerator.GetBytes(16);
        var key = new byte[32];
        try
        {
            Rfc2898DeriveBytes.Pbkdf2(passphrase.Utf8, salt, key, CertificateIterations, HashAlgorithmName.SHA256);
            using var aes = Aes.Create();
            aes.Key = key;
            var ciphertext = aes.EncryptCbc(plaintext, initialBlock);
            using var info = writer.PushSequence();
            writer.WriteObjectIdentifier(Pkcs12Identifiers.EncryptedData);
            using var wrapper = writer.PushSequence(Explicit);
            using var encryptedData = writer.PushSequence();
            writer.WriteInteger(0);
            using var contentInfo = writer.PushSequence();
            writer.WriteObjectIdentifier(Pkcs12Identifiers.Data);
            WriteScheme(writer, salt, initialBlock);
            writer.WriteOctetString(ciphertext, Explicit);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static void WriteScheme(AsnWriter writer, byte[] salt, byte[] initialBlock)
    {
        using var scheme = writer.PushSequence();
        writer.WriteObjectIdentifier(Pkcs12Identifiers.Pbes2);
        using var parameters = writer.PushSequence();
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Pkcs12Identifiers.Pbkdf2);
            using var derivation = writer.PushSequence();
            writer.WriteOctetString(salt);
            writer.WriteInteger(CertificateIterations);
            using var function = writer.PushSequence();
            writer.WriteObjectIdentifier(Pkcs12Identifiers.HmacSha256);
            writer.WriteNull();
        }
        using var cipher = writer.PushSequence();
        writer.WriteObjectIdentifier(Pkcs12Identifiers.Aes256Cbc);
        writer.WriteOctetString(initialBlock);
    }

    private static void WriteMac(AsnWriter writer, byte[] content, Pkcs12Passphrase passphrase)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        var mac = Pkcs12Encryption.ComputeMac(Pkcs12Identifiers.Sha256, content, passphrase, salt, MacIterations);
        using var macData = writer.PushSequence();
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(Pkcs12Identifiers.Sha256);
                writer.WriteNull();
            }
            writer.WriteOctetString(mac);
        }
        writer.WriteOctetString(salt);
        writer.WriteInteger(MacIterations);
    }
}
