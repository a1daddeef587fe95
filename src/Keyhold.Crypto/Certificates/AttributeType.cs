namespace Keyhold.Crypto.Certificates;

/// <summary>
/// A kind of attribute that names are made of: its identifier, the keyword it is written with, the keywords it is read by
/// (RFC 4514 section 3, RFC 2253, and what X.509 tools say), and its length limit (RFC 5280 appendix A).
/// </summary>
internal sealed record AttributeType(string Oid, string Keyword, AttributeType.Encoding Form, int? MaximumCharacters)
{
    private static readonly AttributeType[] Known =
    [
        new("2.5.4.3", "CN", Encoding.Text, 64),
        new("2.5.4.6", "C", Encoding.Printable, 2),
        new("2.5.4.10", "O", Encoding.Text, 64),
        new("2.5.4.11", "OU", Encoding.Text, 64),
        new("2.5.4.8", "ST", Encoding.Text, 128),
        new("2.5.4.7", "L", Encoding.Text, 128),
        new("1.2.840.113549.1.9.1", "E", Encoding.Ia5, 255),
        new("2.5.4.9", "STREET", Encoding.Text, null),
        new("0.9.2342.19200300.100.1.25", "DC", Encoding.Ia5, null),
        new("0.9.2342.19200300.100.1.1", "UID", Encoding.Text, null),
        new("2.5.4.5", "SERIALNUMBER", Encoding.Printable, 64),
        new("2.5.4.4", "SN", Encoding.Text, null),
        new("2.5.4.42", "GN", Encoding.Text, null),
        new("2.5.4.12", "T", Encoding.Text, null),
        new("2.5.4.17", "POSTALCODE", Encoding.Text, null),
        new("2.5.4.15", "BUSINESSCATEGORY", Encoding.Text, null),
        new("2.5.4.97", "ORGANIZATIONIDENTIFIER", Encoding.Text, null),
    ];

    private static readonly Dictionary<string, AttributeType> ByOid = Known.ToDictionary(
        type => type.Oid,
        StringComparer.Ordinal
    );

    private static readonly Dictionary<string, AttributeType> ByKeyword = new(
        Known.ToDictionary(type => type.Keyword, StringComparer.Ordinal),
        StringComparer.OrdinalIgnoreCase
    )
    {
        ["S"] = ByOid["2.5.4.8"],
        ["EMAIL"] = ByOid["1.2.840.113549.1.9.1"],
        ["EMAILADDRESS"] = ByOid["1.2.840.113549.1.9.1"],
        ["SURNAME"] = ByOid["2.5.4.4"],
        ["GIVENNAME"] = ByOid["2.5.4.42"],
        ["TITLE"] = ByOid["2.5.4.12"],
    };

    /// <summary>How the value is written in DER: PrintableString where it fits, always PrintableString, or IA5String.</summary>
    internal enum Encoding
    {
        Text,
        Printable,
        Ia5,
    }

    public static AttributeType? FindByOid(string oid) => ByOid.GetValueOrDefault(oid);

    public static AttributeType? FindByKeyword(string keyword) => ByKeyword.GetValueOrDefault(keyword);
}
