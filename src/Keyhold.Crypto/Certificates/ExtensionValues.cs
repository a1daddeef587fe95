using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Keyhold.Crypto.Certificates;

/// <summary>
/// Reads the values of the extensions that are understood (RFC 5280 section 4.2.1); AsnContentException when malformed.
/// </summary>
internal static class ExtensionValues
{
    public static Certificate.BasicConstraintsExtension ReadBasicConstraints(ReadOnlyMemory<byte> der)
    {
        var sequence = DerSequence.Read(der);
        var isAuthority =
            sequence.HasData && sequence.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && sequence.ReadBoolean();
        int? pathLength = null;
        if (sequence.HasData)
        {
            var bytes = sequence.ReadIntegerBytes().Span;
            if ((bytes[0] & 0x80) != 0)
            {
                throw new AsnContentException("The path length is negative.");
            }
            // A number beyond any path is as good as the largest.
            pathLength =
                bytes.Length <= 2
                    ? bytes.Length == 1
                        ? bytes[0]
                        : (bytes[0] << 8) | bytes[1]
                    : ushort.MaxValue;
        }
        sequence.ThrowIfNotEmpty();
        return new Certificate.BasicConstraintsExtension(isAuthority, pathLength);
    }

    public static X509KeyUsageFlags ReadKeyUsage(ReadOnlyMemory<byte> der)
    {
        var reader = new AsnReader(der, AsnEncodingRules.DER);
        // Not ReadNamedBitList: bits beyond those named and zeros at the end occur and harm nobody.
        if (!reader.TryReadPrimitiveBitString(out _, out var bits))
        {
            throw new AsnContentException("The key usage is in pieces.");
        }
        reader.ThrowIfNotEmpty();
        var flags = bits.Length > 0 ? bits.Span[0] : 0;
        var decipherOnly = bits.Length > 1 && (bits.Span[1] & 0x80) != 0;
        return (X509KeyUsageFlags)flags | (decipherOnly ? X509KeyUsageFlags.DecipherOnly : X509KeyUsageFlags.None);
    }

    public static byte[] ReadSubjectKeyIdentifier(ReadOnlyMemory<byte> der)
    {
        var reader = new AsnReader(der, AsnEncodingRules.DER);
        var identifier = reader.ReadOctetString();
        reader.ThrowIfNotEmpty();
        return identifier;
    }

    /// <summary>Its key identifier only: issuer and serial number in it are hints that nobody needs.</summary>
    public static byte[]? ReadAuthorityKeyIdentifier(ReadOnlyMemory<byte> der)
    {
        var sequence = DerSequence.Read(der);
        var tag = new Asn1Tag(TagClass.ContextSpecific, 0);
        byte[]? identifier = null;
        while (sequence.HasData)
        {
            if (sequence.PeekTag().HasSameClassAndValue(tag) && identifier is null)
            {
                identifier = sequence.ReadOctetString(tag);
            }
            else
            {
                sequence.ReadEncodedValue();
            }
        }
        return identifier;
    }

    /// <summary>The purposes' object identifiers, for a warning only: when malformed there are none.</summary>
    public static List<string> ReadExtendedKeyUsages(List<CertificateExtension> extensions)
    {
        var usages = new List<string>();
        var extension = extensions.Find(candidate => candidate.Oid is CertificateIdentifiers.ExtendedKeyUsage);
        if (extension is null)
        {
            return usages;
        }
        try
        {
            var sequence = DerSequence.Read(extension.Value);
            while (sequence.HasData)
            {
                usages.Add(sequence.ReadObjectIdentifier());
            }
            return usages;
        }
        catch (AsnContentException)
        {
            return [];
        }
    }

    /// <summary>A hint for a message: when malformed there is none, and the certificate is no worse for it.</summary>
    public static List<string> ReadIssuerUrls(List<CertificateExtension> extensions)
    {
        var urls = new List<string>();
        var extension = extensions.Find(candidate =>
            candidate.Oid is CertificateIdentifiers.AuthorityInformationAccess
        );
        if (extension is null)
        {
            return urls;
        }
        try
        {
            var sequence = DerSequence.Read(extension.Value);
            while (sequence.HasData)
            {
                var access = sequence.ReadSequence();
                var method = access.ReadObjectIdentifier();
                var location = new AsnReader(access.ReadEncodedValue(), AsnEncodingRules.DER);
                var tag = new Asn1Tag(TagClass.ContextSpecific, (int)GeneralName.NameKind.Uri);
                if (method is CertificateIdentifiers.CaIssuers && location.PeekTag().HasSameClassAndValue(tag))
                {
                    urls.Add(location.ReadCharacterString(UniversalTagNumber.IA5String, tag));
                }
            }
        }
        catch (AsnContentException)
        {
            urls.Clear();
        }
        return urls;
    }
}
