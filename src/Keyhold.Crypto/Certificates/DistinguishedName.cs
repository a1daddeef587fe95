using System.Formats.Asn1;

namespace Keyhold.Crypto.Certificates;

/// <summary>
/// An X.501 distinguished name, read from RFC 4514 or 2253 text or from DER. The text is the reverse of the encoding:
/// <c>CN=userName,OU=kms,O=aliyun,C=CN</c> is encoded C, O, OU, CN (RFC 4514 section 2.1).
/// </summary>
public sealed class DistinguishedName
{
    private readonly Lazy<RelativeNameForm[]> relativeForms;
    private readonly Lazy<string> normalForm;

    private DistinguishedName(ReadOnlyMemory<byte> der, IReadOnlyList<IReadOnlyList<NameAttribute>> relativeNames)
    {
        Der = der;
        RelativeNames = relativeNames;
        relativeForms = new Lazy<RelativeNameForm[]>(() => [.. RelativeNames.Select(RelativeNameForm.Of)]);
        normalForm = new Lazy<string>(() => string.Join('\n', relativeForms.Value.Select(form => form.NormalForm)));
    }

    /// <summary>The encoding: exactly the bytes it was read from, or made from the text.</summary>
    public ReadOnlyMemory<byte> Der { get; }

    /// <summary>The most specific common name; null when there is none that is a string.</summary>
    public string? CommonName => Attributes.LastOrDefault(attribute => attribute.Oid is "2.5.4.3")?.Text;

    /// <summary>True for the name without any attribute.</summary>
    public bool IsEmpty => RelativeNames.Count == 0;

    /// <summary>The relative names in the order of the encoding.</summary>
    internal IReadOnlyList<IReadOnlyList<NameAttribute>> RelativeNames { get; }

    internal IEnumerable<NameAttribute> Attributes => RelativeNames.SelectMany(name => name);

    /// <summary>Equal for names that RFC 5280 section 7.1 calls the same, whatever their string types, case, blanks and ways to compose letters.</summary>
    internal string NormalForm => normalForm.Value;

    /// <summary>Each relative name as it is compared, in the order of the encoding.</summary>
    internal IReadOnlyList<RelativeNameForm> RelativeForms => relativeForms.Value;

    /// <summary>Whether RFC 5280 section 7.1 calls both the same.</summary>
    internal bool IsSameAs(DistinguishedName other) =>
        Der.Span.SequenceEqual(other.Der.Span)
        || (
            RelativeNames.Count == other.RelativeNames.Count
            && string.Equals(NormalForm, other.NormalForm, StringComparison.Ordinal)
        );

    /// <summary>Reads text with any attribute type that has a known keyword or an object identifier.</summary>
    /// <exception cref="DistinguishedNameException">The text is no name; says where.</exception>
    public static DistinguishedName Parse(string rfc4514)
    {
        var names = DistinguishedNameText.Parse(rfc4514);
        return FromRelativeNames([.. names.Select(name => name.Select(Resolve).ToArray())]);
    }

    /// <summary>Reads the DER (or BER, where a sort order or string type is not as it should be) of a Name.</summary>
    /// <exception cref="DistinguishedNameException">The bytes are no Name.</exception>
    public static DistinguishedName FromDer(ReadOnlyMemory<byte> der)
    {
        try
        {
            return Read(der);
        }
        catch (AsnContentException failure)
        {
            throw new DistinguishedNameException(
                "the bytes are not the encoding of a name: " + failure.Message,
                "Send a DER encoded Name."
            );
        }
    }

    /// <summary>RFC 4514 text, most specific part first.</summary>
    public override string ToString() =>
        string.Join(',', RelativeNames.Reverse().Select(name => string.Join('+', name)));

    /// <summary>The text as messages quote it.</summary>
    internal string Shown => MessageText.Excerpt(ToString());

    /// <summary>As <see cref="FromDer"/>, for readers that handle AsnContentException themselves.</summary>
    internal static DistinguishedName Read(ReadOnlyMemory<byte> der)
    {
        // Unsorted sets occur in certificates that everybody accepts; the name's bytes are compared as they are anyway.
        var options = new AsnReaderOptions { SkipSetSortOrderVerification = true };
        var outer = new AsnReader(der, AsnEncodingRules.DER, options);
        var sequence = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var names = new List<IReadOnlyList<NameAttribute>>();
        while (sequence.HasData)
        {
            var set = sequence.ReadSetOf(skipSortOrderValidation: true);
            var attributes = new List<NameAttribute>();
            do
            {
                var attribute = set.ReadSequence();
                var oid = attribute.ReadObjectIdentifier();
                attributes.Add(new NameAttribute(oid, attribute.ReadEncodedValue()));
                attribute.ThrowIfNotEmpty();
            } while (set.HasData);
            names.Add(attributes);
        }
        return new DistinguishedName(der, names);
    }

    /// <summary>The name whose text lists these relative names in this order.</summary>
    internal static DistinguishedName FromRelativeNames(IReadOnlyList<IReadOnlyList<NameAttribute>> inOrderOfText)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (var name in inOrderOfText.Reverse())
            {
                using var set = writer.PushSetOf();
                foreach (var attribute in name)
                {
                    using var sequence = writer.PushSequence();
                    writer.WriteObjectIdentifier(attribute.Oid);
                    writer.WriteEncodedValue(attribute.Encoded.Span);
                }
            }
        }
        return Read(writer.Encode());
    }

    private static NameAttribute Resolve(DistinguishedNameText.Attribute attribute)
    {
        var type = AttributeType.FindByKeyword(attribute.Type) ?? AttributeType.FindByOid(attribute.Type);
        var oid = type?.Oid ?? attribute.Type;
        if (!char.IsAsciiDigit(oid[0]))
        {
            throw new DistinguishedNameException(
                $"the attribute type {MessageText.Excerpt(attribute.Type)} at character {attribute.Position} is not known",
                "Write its object identifier instead, for example 2.5.4.3=name.",
                attribute.Position
            );
        }
        if (attribute.Text is null)
        {
            return new NameAttribute(oid, attribute.Encoded);
        }
        var form = type?.Form ?? AttributeType.Encoding.Text;
        var fits = form switch
        {
            AttributeType.Encoding.Ia5 => attribute.Text.All(char.IsAscii),
            AttributeType.Encoding.Printable => NameAttribute.IsPrintable(attribute.Text),
            _ => true,
        };
        return NameAttribute.FromText(oid, attribute.Text, fits ? form : AttributeType.Encoding.Text);
    }
}
