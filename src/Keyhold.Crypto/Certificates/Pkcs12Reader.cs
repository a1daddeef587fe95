using System.Formats.Asn1;
using System.Security.Cryptography;
using Keyhold.Crypto.Keys;

namespace Keyhold.Crypto.Certificates;

/// <summary>
/// Reads a PKCS#12 file (RFC 7292 section 4) in BER: the MAC first, then the bags. A walk over untrusted structure with
/// a bound for every loop; only the password based steps go to libraries.
/// </summary>
internal sealed class Pkcs12Reader(Pkcs12Passphrase passphrase)
{
    /// <summary>Bags in bags occur in the standard, not in practice; beyond this depth somebody is playing.</summary>
    private const int MaximumDepth = 4;

    private static readonly Asn1Tag Explicit = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag ImplicitContent = new(TagClass.ContextSpecific, 0);

    private readonly Pkcs12Budget budget = new();

    public List<PrivateKey> Keys { get; } = [];

    public List<Certificate> Certificates { get; } = [];

    /// <summary>Fills Keys and Certificates; the caller disposes the keys, also after an exception.</summary>
    public void Read(ReadOnlyMemory<byte> pfx)
    {
        var file = new AsnReader(pfx, AsnEncodingRules.BER);
        var outer = file.ReadSequence();
        file.ThrowIfNotEmpty();
        if (!outer.TryReadInt32(out var version) || version != 3)
        {
            throw new Pkcs12Exception("its version is not 3", "Send a PKCS#12 file (.p12 or .pfx).");
        }
        var content = ReadDataContent(outer.ReadSequence());
        if (!outer.HasData)
        {
            throw new Pkcs12Exception(
                "the file has no MAC, so nothing shows that it is whole and that the passphrase is right",
                "Export it with a passphrase and a MAC."
            );
        }
        CheckMac(outer.ReadSequence(), content);
        outer.ThrowIfNotEmpty();
        var contents = ReadWholeSequence(content);
        while (contents.HasData)
        {
            ReadContentInfo(contents.ReadSequence());
        }
    }

    private static byte[] ReadDataContent(AsnReader contentInfo)
    {
        var type = contentInfo.ReadObjectIdentifier();
        if (type is not Pkcs12Identifiers.Data)
        {
            throw new Pkcs12Exception(
                $"its content is of the type {type}, expected data protected by a passphrase",
                "Export the file with a passphrase, not signed with a certificate."
            );
        }
        return contentInfo.ReadSequence(Explicit).ReadOctetString();
    }

    private void CheckMac(AsnReader macData, byte[] content)
    {
        var digestInfo = macData.ReadSequence();
        var digest = digestInfo.ReadSequence().ReadObjectIdentifier();
        var expected = digestInfo.ReadOctetString();
        var salt = macData.ReadOctetString();
        ReadOnlySpan<byte> iterations = macData.HasData ? macData.ReadIntegerBytes().Span : [1];
        budget.Spend(iterations);
        if (IsMac(digest, content, salt, iterations, expected))
        {
            return;
        }
        if (passphrase.IsEmpty)
        {
            passphrase.DropTerminatorOfEmpty();
            budget.Spend(iterations);
            if (IsMac(digest, content, salt, iterations, expected))
            {
                return;
            }
        }
        throw new Pkcs12Exception(
            "the passphrase is wrong, or the file was changed: its MAC does not fit",
            "Check the passphrase, and that the file was sent whole and as base64."
        );
    }

    private bool IsMac(string digest, byte[] content, byte[] salt, ReadOnlySpan<byte> iterations, byte[] expected)
    {
        var mac = Pkcs12Encryption.ComputeMac(digest, content, passphrase, salt, Pkcs12Budget.ToInt32(iterations));
        return CryptographicOperations.FixedTimeEquals(mac, expected);
    }

    private void ReadContentInfo(AsnReader contentInfo)
    {
        var type = contentInfo.ReadObjectIdentifier();
        switch (type)
        {
            case Pkcs12Identifiers.Data:
                ReadClearing(contentInfo.ReadSequence(Explicit).ReadOctetString(), safe => ReadBags(safe, 0));
                break;
            case Pkcs12Identifiers.EncryptedData:
                var encrypted = contentInfo.ReadSequence(Explicit).ReadSequence();
                encrypted.ReadEncodedValue();
                var info = encrypted.ReadSequence();
                info.ReadObjectIdentifier();
                var algorithm = info.ReadSequence();
                var ciphertext = info.ReadOctetString(ImplicitContent);
                ReadClearing(Decrypt(algorithm, ciphertext), safe => ReadBags(safe, 0));
                break;
            default:
                throw new Pkcs12Exception(
                    $"a part of the file is of the type {type}, expected one that a passphrase opens",
                    "Export the file with a passphrase only."
                );
        }
    }

    private void ReadBags(ReadOnlyMemory<byte> safeContents, int depth)
    {
        if (depth > MaximumDepth)
        {
            throw new AsnContentException("Bags are nested too deep.");
        }
        var bags = ReadWholeSequence(safeContents);
        while (bags.HasData)
        {
            var bag = bags.ReadSequence();
            var type = bag.ReadObjectIdentifier();
            var value = bag.ReadSequence(Explicit).ReadEncodedValue();
            ReadBag(type, value, depth);
        }
    }

    private void ReadBag(string type, ReadOnlyMemory<byte> value, int depth)
    {
        switch (type)
        {
            case Pkcs12Identifiers.KeyBag:
                AddKey(value.Span);
                break;
            case Pkcs12Identifiers.ShroudedKeyBag:
                var shrouded = ReadWholeSequence(value);
                var algorithm = shrouded.ReadSequence();
                ReadClearing(Decrypt(algorithm, shrouded.ReadOctetString()), key => AddKey(key.Span));
                break;
            case Pkcs12Identifiers.CertificateBag:
                var certificate = ReadWholeSequence(value);
                if (certificate.ReadObjectIdentifier() is Pkcs12Identifiers.X509Certificate)
                {
                    AddCertificate(certificate.ReadSequence(Explicit).ReadOctetString());
                }
                break;
            case Pkcs12Identifiers.SafeContentsBag:
                ReadBags(value, depth + 1);
                break;
            default:
                // Revocation lists and secrets may be in the file and are not wanted.
                break;
        }
    }

    private void AddKey(ReadOnlySpan<byte> pkcs8)
    {
        if (Keys.Count >= 16)
        {
            throw new Pkcs12Exception(
                "the file holds more than 16 private keys, expected one",
                "Export one key with its certificates."
            );
        }
        try
        {
            Keys.Add(PrivateKey.FromPkcs8(pkcs8));
        }
        catch (KeyFormatException failure)
        {
            throw new Pkcs12Exception(
                "its private key cannot be taken in: " + failure.Message.TrimEnd('.'),
                "Use a key of a supported kind."
            );
        }
    }

    private void AddCertificate(byte[] der)
    {
        if (Certificates.Count >= SubmissionReader.MaximumCertificates)
        {
            throw new Pkcs12Exception(
                "the file holds too many certificates",
                "Export only those between the certificate and its root."
            );
        }
        try
        {
            Certificates.Add(Certificate.Parse(der));
        }
        catch (CertificateFormatException failure)
        {
            throw new Pkcs12Exception(
                "a certificate in the file cannot be read: " + failure.Reason,
                "Export the file again."
            );
        }
    }

    private byte[] Decrypt(AsnReader algorithm, byte[] ciphertext)
    {
        try
        {
            return Pkcs12Encryption.Decrypt(algorithm, ciphertext, passphrase, budget);
        }
        catch (CryptographicException)
        {
            throw new Pkcs12Exception(
                "a part of the file cannot be decrypted with the passphrase that its MAC fits",
                "Export the file again with one passphrase for all its parts."
            );
        }
    }

    private static void ReadClearing(byte[] plaintext, Action<ReadOnlyMemory<byte>> read)
    {
        try
        {
            read(plaintext);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    private static AsnReader ReadWholeSequence(ReadOnlyMemory<byte> ber)
    {
        var reader = new AsnReader(ber, AsnEncodingRules.BER);
        var sequence = reader.ReadSequence();
        reader.ThrowIfNotEmpty();
        return sequence;
    }
}
