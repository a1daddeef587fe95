using System.Formats.Asn1;
using System.Security.Cryptography;
using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Tests.Certificates;

namespace Keyhold.Crypto.Tests.Fuzzing;

/// <summary>PKCS#12 files that cost nothing to read: one iteration where real ones have many thousands.</summary>
internal static class Pkcs12Seeds
{
    private static readonly Asn1Tag Explicit = new(TagClass.ContextSpecific, 0, isConstructed: true);

    public static byte[] SafeWithPlainKey() =>
        Safe(Pkcs12Identifiers.KeyBag, writer => writer.WriteEncodedValue(Issued.Key.ExportPkcs8()));

    public static byte[] SafeWithShroudedKey(string passphrase)
    {
        using var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(Issued.Key.ExportPkcs8(), out _);
        var cheap = new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, iterationCount: 1);
        return Safe(
            Pkcs12Identifiers.ShroudedKeyBag,
            writer => writer.WriteEncodedValue(key.ExportEncryptedPkcs8PrivateKey(passphrase, cheap))
        );
    }

    /// <summary>The whole file, its MAC good for whatever the content is.</summary>
    public static byte[] FileOf(byte[] content, string passphrase)
    {
        const string Sha256 = "2.16.840.1.101.3.4.2.1";
        byte[] salt = [1, 2, 3, 4, 5, 6, 7, 8];
        using var forms = new Pkcs12Passphrase(passphrase);
        var mac = Pkcs12Encryption.ComputeMac(Sha256, content, forms, salt, iterations: 1);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(3);
            WriteData(writer, content);
            using var macData = writer.PushSequence();
            using (writer.PushSequence())
            {
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(Sha256);
                }

                writer.WriteOctetString(mac);
            }

            writer.WriteOctetString(salt);
        }

        return writer.Encode();
    }

    private static byte[] Safe(string keyBag, Action<AsnWriter> writeKey)
    {
        var bags = new AsnWriter(AsnEncodingRules.DER);
        using (bags.PushSequence())
        {
            using (bags.PushSequence())
            {
                bags.WriteObjectIdentifier(keyBag);
                using var value = bags.PushSequence(Explicit);
                writeKey(bags);
            }

            using var bag = bags.PushSequence();
            bags.WriteObjectIdentifier(Pkcs12Identifiers.CertificateBag);
            using var wrapper = bags.PushSequence(Explicit);
            using var certificate = bags.PushSequence();
            bags.WriteObjectIdentifier(Pkcs12Identifiers.X509Certificate);
            using var content = bags.PushSequence(Explicit);
            bags.WriteOctetString(Issued.Leaf.Der.Span);
        }

        var safe = new AsnWriter(AsnEncodingRules.DER);
        using (safe.PushSequence())
        {
            WriteData(safe, bags.Encode());
        }

        return safe.Encode();
    }

    private static void WriteData(AsnWriter writer, byte[] content)
    {
        using var info = writer.PushSequence();
        writer.WriteObjectIdentifier(Pkcs12Identifiers.Data);
        using var wrapper = writer.PushSequence(Explicit);
        writer.WriteOctetString(content);
    }
}
