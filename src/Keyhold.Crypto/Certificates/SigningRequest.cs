using System.Formats.Asn1;
using System.Security.Cryptography;
using Keyhold.Crypto.Algorithms;
using Keyhold.Crypto.Keys;

namespace Keyhold.Crypto.Certificates;

/// <summary>
/// A PKCS#10 certificate request (RFC 2986), signed with SHA-256 or, for SM2, SM3. It asks for nothing but subject
/// alternative names, and for no extension at all without them.
/// <code>
/// SEQUENCE { SEQUENCE { INTEGER 0, subject, SubjectPublicKeyInfo, [0] { extensionRequest { SAN } or nothing } },
///            AlgorithmIdentifier, BIT STRING }
/// </code>
/// </summary>
public sealed class SigningRequest
{
    private const string Label = "CERTIFICATE REQUEST";
    private static readonly Asn1Tag AttributesTag = new(TagClass.ContextSpecific, 0, isConstructed: true);

    private readonly ReadOnlyMemory<byte> toBeSigned;
    private readonly ReadOnlyMemory<byte> algorithm;
    private readonly ReadOnlyMemory<byte> signature;

    private SigningRequest(ReadOnlyMemory<byte> der)
    {
        Der = der;
        var file = new AsnReader(der, AsnEncodingRules.DER);
        var outer = file.ReadSequence();
        file.ThrowIfNotEmpty();
        toBeSigned = outer.PeekEncodedValue();
        var body = outer.ReadSequence();
        algorithm = outer.ReadEncodedValue();
        if (!outer.TryReadPrimitiveBitString(out var unused, out signature) || unused != 0)
        {
            throw new AsnContentException("The signature does not end at a byte.");
        }
        outer.ThrowIfNotEmpty();
        if (!body.TryReadInt32(out var version) || version != 0)
        {
            throw new CertificateFormatException("the version of the request is not 1");
        }
        Subject = DistinguishedName.Read(body.ReadEncodedValue());
        PublicKey = PublicKey.FromSubjectPublicKeyInfo(body.ReadEncodedValue().Span);
        AlternativeNames = ReadAlternativeNames(body);
        body.ThrowIfNotEmpty();
    }

    public ReadOnlyMemory<byte> Der { get; }

    /// <summary>PEM with LF and 64 columns, ending with a line break.</summary>
    public string Pem => PemEncoding.WriteString(Label, Der.Span) + "\n";

    public DistinguishedName Subject { get; }

    public PublicKey PublicKey { get; }

    /// <summary>The texts of the names it asks for.</summary>
    public IReadOnlyList<string> SubjectAlternativeNames =>
        [.. AlternativeNames.Select(name => name.Text).OfType<string>()];

    internal IReadOnlyList<GeneralName> AlternativeNames { get; }

    /// <summary>Makes and signs a request. The names are DNS names or IP address literals.</summary>
    public static SigningRequest Create(
        PrivateKey key,
        DistinguishedName subject,
        IReadOnlyList<string> subjectAlternativeNames
    )
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(0);
            writer.WriteEncodedValue(subject.Der.Span);
            writer.WriteEncodedValue(key.PublicKey.SubjectPublicKeyInfo.Span);
            using var attributes = writer.PushSetOf(AttributesTag);
            if (subjectAlternativeNames.Count > 0)
            {
                WriteExtensionRequest(writer, [.. subjectAlternativeNames.Select(GeneralName.FromText)]);
            }
        }
        var body = writer.Encode();
        writer.Reset();
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(body);
            writer.WriteEncodedValue(X509Signature.AlgorithmIdentifierOf(key.Spec).Span);
            writer.WriteBitString(X509Signature.Sign(key, body));
        }
        return new SigningRequest(writer.Encode());
    }

    /// <summary>Reads the first request in a PEM text.</summary>
    /// <exception cref="CertificateFormatException">There is none, it is malformed, or its key is of no supported kind.</exception>
    public static SigningRequest FromPem(string pem)
    {
        for (var rest = pem.AsSpan(); PemEncoding.TryFind(rest, out var fields); rest = rest[fields.Location.End..])
        {
            if (rest[fields.Label] is Label or "NEW CERTIFICATE REQUEST")
            {
                return FromDer(Convert.FromBase64String(rest[fields.Base64Data].ToString()));
            }
        }
        throw new CertificateFormatException("there is no CERTIFICATE REQUEST block in the text");
    }

    /// <summary>Whether the key that it names signed it.</summary>
    public bool SignatureIsValid() =>
        X509Signature.Verify(
            algorithm.Span,
            PublicKey.SubjectPublicKeyInfo.Span,
            toBeSigned.Span,
            signature.Span,
            out _
        );

    internal static SigningRequest FromDer(ReadOnlyMemory<byte> der)
    {
        try
        {
            return new SigningRequest(der);
        }
        catch (AsnContentException failure)
        {
            throw new CertificateFormatException("the request is not valid DER: " + failure.Message.TrimEnd('.'));
        }
        catch (KeyFormatException failure)
        {
            throw new CertificateFormatException(
                "the key of the request cannot be used: " + failure.Message.TrimEnd('.')
            );
        }
    }

    private static void WriteExtensionRequest(AsnWriter writer, IReadOnlyList<GeneralName> names)
    {
        using var attribute = writer.PushSequence();
        writer.WriteObjectIdentifier(CertificateIdentifiers.ExtensionRequest);
        using var values = writer.PushSetOf();
        using var extensions = writer.PushSequence();
        using var extension = writer.PushSequence();
        writer.WriteObjectIdentifier(CertificateIdentifiers.SubjectAlternativeName);
        writer.WriteOctetString(GeneralName.Write(names));
    }

    private static IReadOnlyList<GeneralName> ReadAlternativeNames(AsnReader body)
    {
        // Some tools leave the empty attributes out, though RFC 2986 has them always.
        if (!body.HasData)
        {
            return [];
        }
        var attributes = body.ReadSetOf(skipSortOrderValidation: true, AttributesTag);
        while (attributes.HasData)
        {
            var attribute = attributes.ReadSequence();
            if (attribute.ReadObjectIdentifier() is not CertificateIdentifiers.ExtensionRequest)
            {
                continue;
            }
            var extensions = attribute.ReadSetOf().ReadSequence();
            while (extensions.HasData)
            {
                var extension = CertificateParser.ReadExtension(extensions);
                if (extension.Oid is CertificateIdentifiers.SubjectAlternativeName)
                {
                    return GeneralName.ReadAll(extension.Value);
                }
            }
        }
        return [];
    }
}
