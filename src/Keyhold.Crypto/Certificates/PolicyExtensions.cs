using System.Formats.Asn1;

namespace Keyhold.Crypto.Certificates;

/// <summary>What a certificate says of policies (RFC 5280 sections 4.2.1.4, 4.2.1.5, 4.2.1.11 and 4.2.1.14), qualifiers left out.</summary>
internal sealed record PolicyExtensions(
    IReadOnlySet<string>? Policies,
    IReadOnlyList<(string Issuer, string Subject)> Mappings,
    int? RequireExplicitPolicy,
    int? InhibitPolicyMapping,
    int? InhibitAnyPolicy
)
{
    private static readonly Asn1Tag RequireTag = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag InhibitTag = new(TagClass.ContextSpecific, 1);

    /// <exception cref="AsnContentException">One of the extensions is malformed.</exception>
    public static PolicyExtensions Read(Certificate certificate)
    {
        var policies = certificate.Extension(CertificateIdentifiers.CertificatePolicies);
        var mappings = certificate.Extension(CertificateIdentifiers.PolicyMappings);
        var constraints = certificate.Extension(CertificateIdentifiers.PolicyConstraints);
        var inhibit = certificate.Extension(CertificateIdentifiers.InhibitAnyPolicy);
        var (require, inhibitMapping) = constraints is null ? (null, null) : ReadConstraints(constraints.Value);
        return new PolicyExtensions(
            policies is null ? null : ReadPolicies(policies.Value),
            mappings is null ? [] : ReadMappings(mappings.Value),
            require,
            inhibitMapping,
            inhibit is null ? null : ReadInhibitAnyPolicy(inhibit.Value)
        );
    }

    private static HashSet<string> ReadPolicies(ReadOnlyMemory<byte> der)
    {
        var policies = new HashSet<string>(StringComparer.Ordinal);
        var sequence = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        while (sequence.HasData)
        {
            policies.Add(sequence.ReadSequence().ReadObjectIdentifier());
        }
        return policies;
    }

    internal static List<(string Issuer, string Subject)> ReadMappings(ReadOnlyMemory<byte> der)
    {
        var mappings = new List<(string, string)>();
        var sequence = DerSequence.ReadFilled(der);
        while (sequence.HasData)
        {
            var mapping = sequence.ReadSequence();
            mappings.Add((mapping.ReadObjectIdentifier(), mapping.ReadObjectIdentifier()));
            mapping.ThrowIfNotEmpty();
        }
        return mappings;
    }

    internal static (int? Require, int? InhibitMapping) ReadConstraints(ReadOnlyMemory<byte> der)
    {
        var sequence = DerSequence.Read(der);
        var require = ReadOptional(sequence, RequireTag);
        var inhibitMapping = ReadOptional(sequence, InhibitTag);
        sequence.ThrowIfNotEmpty();
        return require is null && inhibitMapping is null
            ? throw new AsnContentException("There is no constraint in it.")
            : (require, inhibitMapping);
    }

    internal static int ReadInhibitAnyPolicy(ReadOnlyMemory<byte> der)
    {
        var reader = new AsnReader(der, AsnEncodingRules.DER);
        var skip = ReadSkip(reader, Asn1Tag.Integer);
        reader.ThrowIfNotEmpty();
        return skip;
    }

    private static int? ReadOptional(AsnReader sequence, Asn1Tag tag) =>
        sequence.HasData && sequence.PeekTag().HasSameClassAndValue(tag) ? ReadSkip(sequence, tag) : null;

    /// <summary>A number of certificates; beyond any path is as good as the largest.</summary>
    private static int ReadSkip(AsnReader reader, Asn1Tag tag)
    {
        var number = reader.ReadInteger(tag);
        return number.Sign < 0
            ? throw new AsnContentException("A number of certificates is negative.")
            : (int)System.Numerics.BigInteger.Min(number, int.MaxValue);
    }
}
