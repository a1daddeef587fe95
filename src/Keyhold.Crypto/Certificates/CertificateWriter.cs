using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Keyhold.Crypto.Algorithms;
using Keyhold.Crypto.Keys;

namespace Keyhold.Crypto.Certificates;

/// <summary>Writes and signs the certificate that a template describes (RFC 5280 section 4.1), right or wrong.</summary>
internal static class CertificateWriter
{
    private static readonly Asn1Tag VersionTag = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag ExtensionsTag = new(TagClass.ContextSpecific, 3);
    private static readonly Asn1Tag KeyIdentifierTag = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag UriTag = new(TagClass.ContextSpecific, 6);

    public static Certificate Sign(CertificateTemplate template, PrivateKey issuerKey)
    {
        var hash = template.HashName is { } name ? new HashAlgorithmName(name) : (HashAlgorithmName?)null;
        var algorithm = AlgorithmOf(issuerKey.Spec, hash);
        var body = WriteBody(template, algorithm);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(body);
            writer.WriteEncodedValue(algorithm.Span);
            writer.WriteBitString(
                hash is null ? X509Signature.Sign(issuerKey, body) : SignWith(issuerKey, hash.Value, body)
            );
        }
        return Certificate.Parse(writer.Encode());
    }

    private static ReadOnlyMemory<byte> AlgorithmOf(KeySpec spec, HashAlgorithmName? hash)
    {
        if (hash is null)
        {
            return X509Signature.AlgorithmIdentifierOf(spec);
        }
        var isRsa = spec == KeySpec.Rsa2048;
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(
                hash.Value.Name switch
                {
                    "SHA1" => isRsa ? ObjectIdentifiers.Sha1WithRsa : ObjectIdentifiers.EcdsaWithSha1,
                    "SHA384" => isRsa ? ObjectIdentifiers.Sha384WithRsa : ObjectIdentifiers.EcdsaWithSha384,
                    "SHA512" => isRsa ? ObjectIdentifiers.Sha512WithRsa : ObjectIdentifiers.EcdsaWithSha512,
                    _ => throw new ArgumentException($"There is no signing with {hash}.", nameof(hash)),
                }
            );
            if (isRsa)
            {
                writer.WriteNull();
            }
        }
        return writer.Encode();
    }

    private static byte[] SignWith(PrivateKey key, HashAlgorithmName hash, byte[] body)
    {
        var pkcs8 = key.ExportPkcs8();
        try
        {
            if (key.Spec == KeySpec.Rsa2048)
            {
                using var rsa = RSA.Create();
                rsa.ImportPkcs8PrivateKey(pkcs8, out _);
                return rsa.SignData(body, hash, RSASignaturePadding.Pkcs1);
            }
            if (key.Spec == KeySpec.EcP256)
            {
                using var ecdsa = ECDsa.Create();
                ecdsa.ImportPkcs8PrivateKey(pkcs8, out _);
                return ecdsa.SignData(body, hash, DSASignatureFormat.Rfc3279DerSequence);
            }
            throw new ArgumentException("SM2 signs with SM3 only.", nameof(hash));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    private static byte[] WriteBody(CertificateTemplate template, ReadOnlyMemory<byte> algorithm)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            if (template.Version > 1)
            {
                using var version = writer.PushSequence(VersionTag);
                writer.WriteInteger(template.Version - 1);
            }
            writer.WriteInteger(template.Serial.Span);
            writer.WriteEncodedValue(algorithm.Span);
            writer.WriteEncodedValue(template.Issuer.Der.Span);
            using (writer.PushSequence())
            {
                WriteTime(writer, template.NotBefore);
                WriteTime(writer, template.NotAfter);
            }
            writer.WriteEncodedValue(template.Subject.Der.Span);
            writer.WriteEncodedValue(template.PublicKey.Span);
            var extensions = ExtensionsOf(template).ToArray();
            if (template.Version > 1 && extensions.Length > 0)
            {
                WriteExtensions(writer, extensions);
            }
        }
        return writer.Encode();
    }

    /// <summary>RFC 5280 section 4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050 on.</summary>
    private static void WriteTime(AsnWriter writer, DateTimeOffset time)
    {
        if (time.UtcDateTime.Year is >= 1950 and <= 2049)
        {
            writer.WriteUtcTime(time);
        }
        else
        {
            writer.WriteGeneralizedTime(time, omitFractionalSeconds: true);
        }
    }

    private static void WriteExtensions(AsnWriter writer, CertificateExtension[] extensions)
    {
        using var wrapper = writer.PushSequence(ExtensionsTag);
        using var sequence = writer.PushSequence();
        foreach (var extension in extensions)
        {
            using var one = writer.PushSequence();
            writer.WriteObjectIdentifier(extension.Oid);
            if (extension.IsCritical)
            {
                writer.WriteBoolean(true);
            }
            writer.WriteOctetString(extension.Value.Span);
        }
    }

    private static IEnumerable<CertificateExtension> ExtensionsOf(CertificateTemplate template)
    {
        if (template.IsAuthority is { } isAuthority)
        {
            yield return Make(
                CertificateIdentifiers.BasicConstraints,
                true,
                writer => WriteBasicConstraints(writer, isAuthority, template.PathLength)
            );
        }
        if (template.KeyUsage is { } usage)
        {
            yield return Make(CertificateIdentifiers.KeyUsage, true, writer => WriteKeyUsage(writer, usage));
        }
        if (template.ExtendedKeyUsages.Count > 0)
        {
            yield return Make(
                CertificateIdentifiers.ExtendedKeyUsage,
                false,
                writer => WriteExtendedKeyUsages(writer, template.ExtendedKeyUsages)
            );
        }
        if (template.SubjectAlternativeNames.Count > 0)
        {
            var names = template.SubjectAlternativeNames.Select(GeneralName.FromText).ToArray();
            yield return new CertificateExtension(
                CertificateIdentifiers.SubjectAlternativeName,
                template.Subject.IsEmpty,
                GeneralName.Write(names)
            );
        }
        if (template.SubjectKeyIdentifier is { } subjectKey)
        {
            yield return Make(
                CertificateIdentifiers.SubjectKeyIdentifier,
                false,
                writer => writer.WriteOctetString(subjectKey.Span)
            );
        }
        if (template.AuthorityKeyIdentifier is { } authorityKey)
        {
            yield return Make(
                CertificateIdentifiers.AuthorityKeyIdentifier,
                false,
                writer => WriteAuthorityKeyIdentifier(writer, authorityKey)
            );
        }
        if (template.IssuerUrl is { } url)
        {
            yield return Make(
                CertificateIdentifiers.AuthorityInformationAccess,
                false,
                writer => WriteIssuerUrl(writer, url)
            );
        }
        foreach (var extension in template.ExtraExtensions)
        {
            yield return extension;
        }
    }

    private static CertificateExtension Make(string oid, bool isCritical, Action<AsnWriter> write)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        write(writer);
        return new CertificateExtension(oid, isCritical, writer.Encode());
    }

    private static void WriteBasicConstraints(AsnWriter writer, bool isAuthority, int? pathLength)
    {
        using var sequence = writer.PushSequence();
        if (isAuthority)
        {
            writer.WriteBoolean(true);
        }
        if (pathLength is { } limit)
        {
            writer.WriteInteger(limit);
        }
    }

    private static void WriteKeyUsage(AsnWriter writer, X509KeyUsageFlags usage)
    {
        var first = (byte)((int)usage & 0xff);
        var unused = first == 0 ? 0 : int.TrailingZeroCount(first);
        if (usage.HasFlag(X509KeyUsageFlags.DecipherOnly))
        {
            writer.WriteBitString([first, 0x80], 7);
        }
        else
        {
            writer.WriteBitString(first == 0 ? [] : [first], unused);
        }
    }

    private static void WriteExtendedKeyUsages(AsnWriter writer, IEnumerable<string> usages)
    {
        using var sequence = writer.PushSequence();
        foreach (var usage in usages)
        {
            writer.WriteObjectIdentifier(usage);
        }
    }

    private static void WriteAuthorityKeyIdentifier(AsnWriter writer, ReadOnlyMemory<byte> identifier)
    {
        using var sequence = writer.PushSequence();
        writer.WriteOctetString(identifier.Span, KeyIdentifierTag);
    }

    private static void WriteIssuerUrl(AsnWriter writer, string url)
    {
        using var sequence = writer.PushSequence();
        using var access = writer.PushSequence();
        writer.WriteObjectIdentifier(CertificateIdentifiers.CaIssuers);
        writer.WriteCharacterString(UniversalTagNumber.IA5String, url, UriTag);
    }
}
