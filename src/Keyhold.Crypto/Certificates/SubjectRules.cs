using System.Formats.Asn1;
using System.Globalization;

namespace Keyhold.Crypto.Certificates;

/// <summary>
/// What the Subject of a certificate request must look like: CN, C, O and OU present, ST, L and E allowed, lengths as in
/// RFC 5280 appendix A, counted in characters. O, OU, ST, L and E may repeat; CN and C stand once.
/// </summary>
public static class SubjectRules
{
    private const string Example = "for example CN=userName,OU=kms,O=aliyun,C=CN";

    /// <summary>Far more than any name has; with values at their longest, the certificate still can be read back.</summary>
    private const int MaximumParts = 64;

    private static readonly string[] Allowed = ["CN", "C", "O", "OU", "ST", "L", "E"];
    private static readonly string[] Needed = ["CN", "C", "O", "OU"];

    /// <summary>Reads and checks the text of a subject.</summary>
    /// <exception cref="DistinguishedNameException">It cannot be read or breaks a rule; says which and what to do.</exception>
    public static DistinguishedName ParseSubject(string text)
    {
        var names = DistinguishedNameText.Parse(text);
        var attributes = names.Select(name => name.Select(Check).ToArray()).ToArray();
        var parts = attributes.Sum(name => name.Length);
        if (parts > MaximumParts)
        {
            throw new DistinguishedNameException(
                $"it has {parts.ToString(CultureInfo.InvariantCulture)} parts, at most {MaximumParts.ToString(CultureInfo.InvariantCulture)} are taken",
                "Leave some of them out."
            );
        }
        foreach (var keyword in Needed)
        {
            var count = attributes
                .SelectMany(name => name)
                .Count(attribute => string.Equals(KeywordOf(attribute), keyword, StringComparison.Ordinal));
            if (count == 0)
            {
                throw new DistinguishedNameException($"it has no {keyword}", $"Add {keyword}=..., {Example}.");
            }
            if (count > 1 && keyword is ("CN" or "C"))
            {
                throw new DistinguishedNameException(
                    $"it has {count.ToString(CultureInfo.InvariantCulture)} times {keyword}, which may stand once",
                    keyword is "CN"
                        ? "Keep one CN; further host names belong to SubjectAlternativeNames."
                        : $"Keep one {keyword}."
                );
            }
        }
        return DistinguishedName.FromRelativeNames(attributes);
    }

    private static string? KeywordOf(NameAttribute attribute) => AttributeType.FindByOid(attribute.Oid)?.Keyword;

    private static NameAttribute Check(DistinguishedNameText.Attribute attribute)
    {
        var type = AttributeType.FindByKeyword(attribute.Type) ?? AttributeType.FindByOid(attribute.Type);
        if (type is null || !Allowed.Contains(type.Keyword, StringComparer.Ordinal))
        {
            throw Refusal(
                attribute,
                $"the attribute {MessageText.Excerpt(attribute.Type)} is not allowed",
                $"Use only {string.Join(", ", Allowed)}, {Example}."
            );
        }
        var encoded = attribute.Text is null ? new NameAttribute(type.Oid, attribute.Encoded) : null;
        var value =
            attribute.Text
            ?? encoded!.Text
            ?? throw Refusal(
                attribute,
                $"the hexadecimal value of {type.Keyword} is not a character string",
                "Write the value as text."
            );
        CheckValue(attribute, type, value);
        if (encoded is null)
        {
            return NameAttribute.FromText(type.Oid, value, type.Form);
        }
        CheckStringType(attribute, type, encoded);
        return encoded;
    }

    private static void CheckValue(DistinguishedNameText.Attribute attribute, AttributeType type, string value)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            throw Refusal(
                attribute,
                $"the value of {type.Keyword} is empty",
                "Give it a value or leave the attribute out."
            );
        }
        if (value.Any(char.IsControl))
        {
            throw Refusal(attribute, $"the value of {type.Keyword} contains a control character", "Remove it.");
        }
        var length = value.EnumerateRunes().Count();
        if (type.Keyword is "C" && (length != 2 || !value.All(char.IsAsciiLetter)))
        {
            throw Refusal(attribute, "C is not two letters", "Write the country's ISO 3166-1 code, for example C=CN.");
        }
        if (length > type.MaximumCharacters)
        {
            throw Refusal(
                attribute,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the value of {type.Keyword} has {length} characters, at most {type.MaximumCharacters} are allowed"
                ),
                "Shorten it."
            );
        }
        if (type.Form == AttributeType.Encoding.Ia5 && !value.All(char.IsAscii))
        {
            throw Refusal(
                attribute,
                $"the value of {type.Keyword} contains characters beyond ASCII",
                "Write the domain as A-label (xn--...)."
            );
        }
    }

    /// <summary>A value given as encoding keeps its string type, which must then be one that RFC 5280 lets a new name have.</summary>
    private static void CheckStringType(
        DistinguishedNameText.Attribute attribute,
        AttributeType type,
        NameAttribute encoded
    )
    {
        var tag = Asn1Tag.Decode(encoded.Encoded.Span, out _);
        var isRight = type.Form switch
        {
            AttributeType.Encoding.Ia5 => tag == new Asn1Tag(UniversalTagNumber.IA5String),
            AttributeType.Encoding.Printable => tag == new Asn1Tag(UniversalTagNumber.PrintableString),
            _ => tag == new Asn1Tag(UniversalTagNumber.PrintableString)
                || tag == new Asn1Tag(UniversalTagNumber.UTF8String),
        };
        var isDer = AsnDecoder.TryReadEncodedValue(
            encoded.Encoded.Span,
            AsnEncodingRules.DER,
            out _,
            out _,
            out _,
            out _
        );
        var isPrintable =
            tag != new Asn1Tag(UniversalTagNumber.PrintableString) || NameAttribute.IsPrintable(encoded.Text!);
        if (!isRight || !isDer || !isPrintable)
        {
            throw Refusal(
                attribute,
                $"the hexadecimal value of {type.Keyword} has a string type that new names may not use",
                "Write the value as text."
            );
        }
    }

    private static DistinguishedNameException Refusal(
        DistinguishedNameText.Attribute attribute,
        string reason,
        string remedy
    ) => new(reason, remedy, attribute.Position);
}
