using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace Keyhold.Crypto.Certificates;

/// <summary>
/// Reads the DER of a certificate (RFC 5280 section 4.1) part by part, so that an error names the part. Strict where a
/// second reading would be possible; lenient with what everybody accepts, such as a default value written out.
/// </summary>
internal sealed class CertificateParser
{
    /// <summary>No certificate of use is longer; the largest real ones, with hundreds of names, have some 20 KB.</summary>
    internal const int MaximumBytes = 128 * 1024;

    private static readonly Asn1Tag VersionTag = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag IssuerIdTag = new(TagClass.ContextSpecific, 1);
    private static readonly Asn1Tag SubjectIdTag = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag ExtensionsTag = new(TagClass.ContextSpecific, 3, isConstructed: true);
    private static readonly AsnReaderOptions Options = new() { UtcTimeTwoDigitYearMax = 2049 };

    private string part = "outer structure";

    private CertificateParser() { }

    public static Certificate Parse(ReadOnlyMemory<byte> der)
    {
        var parser = new CertificateParser();
        try
        {
            return parser.Read(der);
        }
        catch (AsnContentException failure)
        {
            throw new CertificateFormatException($"its {parser.part} is not valid DER ({Clause(failure.Message)})");
        }
    }

    private static string Clause(string sentence) => sentence.Split('.')[0];

    private Certificate Read(ReadOnlyMemory<byte> der)
    {
        if (der.Length > MaximumBytes)
        {
            throw Refusal(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"it has {der.Length} bytes, at most {MaximumBytes} are read"
                )
            );
        }
        var file = new AsnReader(der, AsnEncodingRules.DER, Options);
        var outer = file.ReadSequence();
        file.ThrowIfNotEmpty();
        var toBeSigned = outer.PeekEncodedValue();
        var body = outer.ReadSequence();
        part = "signature";
        var algorithm = outer.ReadEncodedValue();
        var signature = ReadBits(outer);
        outer.ThrowIfNotEmpty();

        part = "version";
        var version = ReadVersion(body);
        part = "serial number";
        var serial = body.ReadIntegerBytes();
        part = "signature algorithm";
        if (!body.ReadEncodedValue().Span.SequenceEqual(algorithm.Span))
        {
            throw Refusal("it names one signature algorithm inside the signed part and another one outside");
        }
        part = "issuer name";
        var issuer = DistinguishedName.Read(body.ReadEncodedValue());
        part = "validity";
        var (notBefore, notAfter) = ReadValidity(body);
        part = "subject name";
        var subject = DistinguishedName.Read(body.ReadEncodedValue());
        part = "public key";
        var publicKey = body.ReadEncodedValue();
        CheckPublicKey(publicKey);
        part = "unique identifiers";
        SkipUniqueIds(body, version);
        part = "extensions";
        var extensions = ReadExtensions(body, version);
        body.ThrowIfNotEmpty();

        return new Certificate(der)
        {
            Version = version,
            Serial = serial,
            SerialHex = ToSerialHex(serial.Span),
            Issuer = issuer,
            Subject = subject,
            NotBefore = notBefore,
            NotAfter = notAfter,
            SubjectPublicKeyInfo = publicKey,
            ToBeSigned = toBeSigned,
            SignatureAlgorithm = algorithm,
            Signature = signature,
            Extensions = extensions,
            AlternativeNames =
                Extension(extensions, CertificateIdentifiers.SubjectAlternativeName, GeneralName.ReadAll) ?? [],
            BasicConstraints = Extension(
                extensions,
                CertificateIdentifiers.BasicConstraints,
                ExtensionValues.ReadBasicConstraints
            ),
            KeyUsage = Extension<X509KeyUsageFlags?>(
                extensions,
                CertificateIdentifiers.KeyUsage,
                value => ExtensionValues.ReadKeyUsage(value)
            ),
            SubjectKeyIdentifier = Extension(
                extensions,
                CertificateIdentifiers.SubjectKeyIdentifier,
                ExtensionValues.ReadSubjectKeyIdentifier
            ),
            AuthorityKeyIdentifier = Extension(
                extensions,
                CertificateIdentifiers.AuthorityKeyIdentifier,
                ExtensionValues.ReadAuthorityKeyIdentifier
            ),
            IssuerUrls = ExtensionValues.ReadIssuerUrls(extensions),
            ExtendedKeyUsages = ExtensionValues.ReadExtendedKeyUsages(extensions),
        };
    }

    private static ReadOnlyMemory<byte> ReadBits(AsnReader reader)
    {
        if (!reader.TryReadPrimitiveBitString(out var unused, out var bits) || unused != 0)
        {
            throw new AsnContentException("A bit string does not end at a byte.");
        }
        return bits;
    }

    private static int ReadVersion(AsnReader body)
    {
        if (!body.PeekTag().HasSameClassAndValue(VersionTag))
        {
            return 1;
        }
        var wrapper = body.ReadSequence(VersionTag);
        if (!wrapper.TryReadInt32(out var version) || version is < 0 or > 2)
        {
            throw Refusal("its version is none of 1, 2 and 3");
        }
        wrapper.ThrowIfNotEmpty();
        return version + 1;
    }

    private static string ToSerialHex(ReadOnlySpan<byte> serial) =>
        Convert.ToHexString(serial.Length > 1 && serial[0] == 0 ? serial[1..] : serial);

    private static (DateTimeOffset NotBefore, DateTimeOffset NotAfter) ReadValidity(AsnReader body)
    {
        var validity = body.ReadSequence();
        var notBefore = ReadTime(validity);
        var notAfter = ReadTime(validity);
        validity.ThrowIfNotEmpty();
        return (notBefore, notAfter);
    }

    /// <summary>RFC 5280 section 4.1.2.5: in UTC, with seconds, without fractions.</summary>
    private static DateTimeOffset ReadTime(AsnReader validity)
    {
        if (validity.PeekTag().HasSameClassAndValue(new Asn1Tag(UniversalTagNumber.UtcTime)))
        {
            return validity.ReadUtcTime();
        }
        var time = validity.ReadGeneralizedTime();
        return time.Ticks % TimeSpan.TicksPerSecond == 0
            ? time
            : throw new AsnContentException("A time has fractions of a second.");
    }

    /// <summary>Only the frame: a key of a kind that is not known is no error of form.</summary>
    private static void CheckPublicKey(ReadOnlyMemory<byte> publicKey)
    {
        var info = new AsnReader(publicKey, AsnEncodingRules.DER).ReadSequence();
        info.ReadSequence().ReadObjectIdentifier();
        ReadBits(info);
        info.ThrowIfNotEmpty();
    }

    private static void SkipUniqueIds(AsnReader body, int version)
    {
        foreach (var tag in (Asn1Tag[])[IssuerIdTag, SubjectIdTag])
        {
            if (body.HasData && body.PeekTag().HasSameClassAndValue(tag))
            {
                body.ReadEncodedValue();
                if (version == 1)
                {
                    throw Refusal("it has unique identifiers, which version 1 does not know");
                }
            }
        }
    }

    private static List<CertificateExtension> ReadExtensions(AsnReader body, int version)
    {
        var extensions = new List<CertificateExtension>();
        if (!body.HasData)
        {
            return extensions;
        }
        var wrapper = body.ReadSequence(ExtensionsTag);
        if (version != 3)
        {
            throw Refusal(
                string.Create(CultureInfo.InvariantCulture, $"it has extensions but calls itself version {version}")
            );
        }
        var sequence = wrapper.ReadSequence();
        wrapper.ThrowIfNotEmpty();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (sequence.HasData)
        {
            var extension = ReadExtension(sequence);
            if (!seen.Add(extension.Oid))
            {
                throw Refusal($"it has the extension {MessageText.Excerpt(extension.Oid)} twice");
            }
            extensions.Add(extension);
        }
        return extensions;
    }

    internal static CertificateExtension ReadExtension(AsnReader sequence)
    {
        var extension = sequence.ReadSequence();
        var oid = extension.ReadObjectIdentifier();
        var isCritical = extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && extension.ReadBoolean();
        if (!extension.TryReadPrimitiveOctetString(out var value))
        {
            throw new AsnContentException("An octet string is in pieces.");
        }
        extension.ThrowIfNotEmpty();
        return new CertificateExtension(oid, isCritical, value);
    }

    private T? Extension<T>(List<CertificateExtension> extensions, string oid, Func<ReadOnlyMemory<byte>, T> read)
    {
        var extension = extensions.Find(candidate => string.Equals(candidate.Oid, oid, StringComparison.Ordinal));
        if (extension is null)
        {
            return default;
        }
        part = $"extension {oid}";
        return read(extension.Value);
    }

    private static CertificateFormatException Refusal(string reason) => new(reason);
}
