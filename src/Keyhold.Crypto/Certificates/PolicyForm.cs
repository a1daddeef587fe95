using System.Formats.Asn1;

namespace Keyhold.Crypto.Certificates;

/// <summary>The form of certificatePolicies with their qualifiers (RFC 5280 section 4.2.1.4).</summary>
internal static class PolicyForm
{
    private const string PracticeStatement = "1.3.6.1.5.5.7.2.1";
    private const string UserNotice = "1.3.6.1.5.5.7.2.2";

    /// <exception cref="AsnContentException">It is malformed.</exception>
    public static void Check(ReadOnlyMemory<byte> der)
    {
        var policies = DerSequence.ReadFilled(der);
        while (policies.HasData)
        {
            var policy = policies.ReadSequence();
            policy.ReadObjectIdentifier();
            if (policy.HasData)
            {
                var qualifiers = policy.ReadSequence();
                DerSequence.ThrowIfEmpty(qualifiers);
                while (qualifiers.HasData)
                {
                    CheckQualifier(qualifiers.ReadSequence());
                }
            }
            policy.ThrowIfNotEmpty();
        }
    }

    /// <summary>The first policy that is named twice in a value of good form.</summary>
    public static string? FindRepeated(ReadOnlyMemory<byte> der)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var policies = DerSequence.Read(der);
        while (policies.HasData)
        {
            var policy = policies.ReadSequence().ReadObjectIdentifier();
            if (!seen.Add(policy))
            {
                return policy;
            }
        }
        return null;
    }

    /// <summary>Qualifiers of kinds that RFC 5280 does not define are anything.</summary>
    private static void CheckQualifier(AsnReader qualifier)
    {
        switch (qualifier.ReadObjectIdentifier())
        {
            case PracticeStatement:
                qualifier.ReadCharacterString(UniversalTagNumber.IA5String);
                break;
            case UserNotice:
                CheckNotice(qualifier.ReadSequence());
                break;
            default:
                qualifier.ReadEncodedValue();
                break;
        }
        qualifier.ThrowIfNotEmpty();
    }

    private static void CheckNotice(AsnReader notice)
    {
        if (notice.HasData && notice.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence))
        {
            var reference = notice.ReadSequence();
            CheckText(reference);
            var numbers = reference.ReadSequence();
            reference.ThrowIfNotEmpty();
            while (numbers.HasData)
            {
                numbers.ReadIntegerBytes();
            }
        }
        if (notice.HasData)
        {
            CheckText(notice);
        }
        notice.ThrowIfNotEmpty();
    }

    /// <summary>DisplayText; its length of at most 200 characters is left to the CA, since longer ones harm nobody.</summary>
    private static void CheckText(AsnReader reader)
    {
        var tag = reader.PeekTag();
        var type = (UniversalTagNumber)tag.TagValue;
        if (
            tag.TagClass != TagClass.Universal
            || type
                is not (
                    UniversalTagNumber.IA5String
                    or UniversalTagNumber.VisibleString
                    or UniversalTagNumber.BMPString
                    or UniversalTagNumber.UTF8String
                )
        )
        {
            throw new AsnContentException("A notice in it is no text.");
        }
        reader.ReadCharacterString(type);
    }
}
