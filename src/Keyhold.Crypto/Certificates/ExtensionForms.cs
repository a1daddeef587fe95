using System.Collections.Frozen;
using System.Formats.Asn1;

namespace Keyhold.Crypto.Certificates;

/// <summary>
/// The form of extensions that limit nothing here, or only sometimes: nobody reads on in one that others cannot read
/// (RFC 5280 sections 4.2.1 and 4.2.2). Extensions that the parser or the name constraints read are not among them.
/// </summary>
internal static class ExtensionForms
{
    private static readonly Asn1Tag PointTag = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag FullNameTag = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag RelativeNameTag = new(TagClass.ContextSpecific, 1, isConstructed: true);
    private static readonly Asn1Tag ReasonsTag = new(TagClass.ContextSpecific, 1);
    private static readonly Asn1Tag RevocationIssuerTag = new(TagClass.ContextSpecific, 2, isConstructed: true);
    private static readonly Asn1Tag KeyIdentifierTag = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag AuthorityNameTag = new(TagClass.ContextSpecific, 1, isConstructed: true);
    private static readonly Asn1Tag AuthoritySerialTag = new(TagClass.ContextSpecific, 2);

    private static readonly FrozenDictionary<string, (string Name, Action<ReadOnlyMemory<byte>> Check)> Forms =
        new Dictionary<string, (string, Action<ReadOnlyMemory<byte>>)>(StringComparer.Ordinal)
        {
            [CertificateIdentifiers.CrlDistributionPoints] = ("cRLDistributionPoints", CheckDistributionPoints),
            [CertificateIdentifiers.FreshestCrl] = ("freshestCRL", CheckDistributionPoints),
            [CertificateIdentifiers.AuthorityInformationAccess] = ("authorityInfoAccess", CheckAccess),
            [CertificateIdentifiers.SubjectInformationAccess] = ("subjectInfoAccess", CheckAccess),
            [CertificateIdentifiers.IssuerAlternativeName] = ("issuerAltName", CheckNames),
            [CertificateIdentifiers.AuthorityKeyIdentifier] = ("authorityKeyIdentifier", CheckAuthorityKeyIdentifier),
            [CertificateIdentifiers.ExtendedKeyUsage] = ("extKeyUsage", CheckPurposes),
            [CertificateIdentifiers.CertificatePolicies] = ("certificatePolicies", PolicyForm.Check),
            [CertificateIdentifiers.PolicyMappings] = ("policyMappings", value => PolicyExtensions.ReadMappings(value)),
            [CertificateIdentifiers.PolicyConstraints] = (
                "policyConstraints",
                value => PolicyExtensions.ReadConstraints(value)
            ),
            [CertificateIdentifiers.InhibitAnyPolicy] = (
                "inhibitAnyPolicy",
                value => PolicyExtensions.ReadInhibitAnyPolicy(value)
            ),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>In the order of the extensions.</summary>
    public static IReadOnlyList<ExtensionFault> FaultsOf(Certificate certificate)
    {
        var faults = new List<ExtensionFault>();
        foreach (var extension in certificate.Extensions)
        {
            if (!Forms.TryGetValue(extension.Oid, out var form))
            {
                continue;
            }
            try
            {
                form.Check(extension.Value);
            }
            catch (AsnContentException failure)
            {
                var code = extension.IsCritical ? "CriticalExtensionMalformed" : "ExtensionMalformed";
                faults.Add(new ExtensionFault(code, extension, form.Name, Clause(failure.Message)));
                continue;
            }
            if (
                extension.Oid is CertificateIdentifiers.CertificatePolicies
                && PolicyForm.FindRepeated(extension.Value) is { } policy
            )
            {
                faults.Add(new ExtensionFault("PolicyRepeated", extension, form.Name, MessageText.Excerpt(policy)));
            }
        }
        return faults;
    }

    /// <summary>Messages of the DER reader are sentences, and only their first one tells something.</summary>
    private static string Clause(string sentence) => sentence.Split('.')[0];

    /// <summary>Section 4.2.1.13.</summary>
    private static void CheckDistributionPoints(ReadOnlyMemory<byte> der)
    {
        var points = DerSequence.ReadFilled(der);
        while (points.HasData)
        {
            var point = points.ReadSequence();
            var isNamed = false;
            if (Next(point, PointTag))
            {
                CheckDistributionPointName(point.ReadSequence(PointTag));
                isNamed = true;
            }
            if (Next(point, ReasonsTag) && !point.TryReadPrimitiveBitString(out _, out _, ReasonsTag))
            {
                throw new AsnContentException("Its reasons are in pieces.");
            }
            if (Next(point, RevocationIssuerTag))
            {
                CheckNames(point.ReadSequence(RevocationIssuerTag));
                isNamed = true;
            }
            point.ThrowIfNotEmpty();
            if (!isNamed)
            {
                throw new AsnContentException("A distribution point in it has neither a name nor an issuer.");
            }
        }
    }

    private static void CheckDistributionPointName(AsnReader name)
    {
        if (Next(name, FullNameTag))
        {
            CheckNames(name.ReadSequence(FullNameTag));
        }
        else
        {
            var attributes = name.ReadSetOf(RelativeNameTag);
            DerSequence.ThrowIfEmpty(attributes);
            while (attributes.HasData)
            {
                var attribute = attributes.ReadSequence();
                attribute.ReadObjectIdentifier();
                attribute.ReadEncodedValue();
                attribute.ThrowIfNotEmpty();
            }
        }
        name.ThrowIfNotEmpty();
    }

    /// <summary>Sections 4.2.2.1 and 4.2.2.2.</summary>
    private static void CheckAccess(ReadOnlyMemory<byte> der)
    {
        var descriptions = DerSequence.ReadFilled(der);
        while (descriptions.HasData)
        {
            var description = descriptions.ReadSequence();
            description.ReadObjectIdentifier();
            CheckName(description);
            description.ThrowIfNotEmpty();
        }
    }

    /// <summary>Section 4.2.1.12.</summary>
    private static void CheckPurposes(ReadOnlyMemory<byte> der)
    {
        var purposes = DerSequence.ReadFilled(der);
        while (purposes.HasData)
        {
            purposes.ReadObjectIdentifier();
        }
    }

    /// <summary>Section 4.2.1.1: the issuer's name and serial number come together or not at all.</summary>
    private static void CheckAuthorityKeyIdentifier(ReadOnlyMemory<byte> der)
    {
        var sequence = DerSequence.Read(der);
        if (Next(sequence, KeyIdentifierTag))
        {
            sequence.ReadOctetString(KeyIdentifierTag);
        }
        var hasName = Next(sequence, AuthorityNameTag);
        if (hasName)
        {
            CheckNames(sequence.ReadSequence(AuthorityNameTag));
        }
        var hasSerial = Next(sequence, AuthoritySerialTag);
        if (hasSerial)
        {
            sequence.ReadIntegerBytes(AuthoritySerialTag);
        }
        sequence.ThrowIfNotEmpty();
        if (hasName != hasSerial)
        {
            throw new AsnContentException("It has the issuer's name without the serial number, or the reverse.");
        }
    }

    private static void CheckNames(ReadOnlyMemory<byte> der) => CheckNames(DerSequence.Read(der));

    private static void CheckNames(AsnReader names)
    {
        DerSequence.ThrowIfEmpty(names);
        while (names.HasData)
        {
            CheckName(names);
        }
    }

    private static void CheckName(AsnReader reader)
    {
        var name = GeneralName.Read(reader);
        if (name.Kind == GeneralName.NameKind.Directory)
        {
            DistinguishedName.Read(name.Content);
        }
    }

    private static bool Next(AsnReader reader, Asn1Tag tag) =>
        reader.HasData && reader.PeekTag().HasSameClassAndValue(tag);
}
