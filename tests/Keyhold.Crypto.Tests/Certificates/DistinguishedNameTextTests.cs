using System.Formats.Asn1;
using System.Text;
using System.Text.Json;
using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Tests.Algorithms;

namespace Keyhold.Crypto.Tests.Certificates;

public class DistinguishedNameTextTests
{
    private const string Vectors = "names/dn-rfc2253-4514.json";

    // What LDAP libraries take although RFC 4514 section 3 does not: an attribute type is a name that starts with a
    // letter, or an object identifier of at least two arcs.
    private static readonly string[] NotInTheRfc =
    [
        "1=#04024869", // one arc is no object identifier
        @"   \ \ A\ \    =   \ \ 1\ \    ,   \ \ B\ \    =   \ \ 2\ \    ", // escapes in the attribute type
        @"   \ \ A\ \    =   \ \ 1\ \    +   \ \ B\ \    =   \ \ 2\ \    ",
    ];

    [Fact]
    public void Reads_what_LDAP_libraries_read_where_the_RFC_agrees()
    {
        foreach (var vector in SharedVectors.Json(Vectors).GetProperty("parse").EnumerateArray())
        {
            var input = vector.GetProperty("input").GetString()!;
            if (!vector.GetProperty("valid").GetBoolean() || NotInTheRfc.Contains(input))
            {
                continue;
            }
            var names = DistinguishedNameText.Parse(input);
            if (!vector.TryGetProperty("rdns", out _))
            {
                continue;
            }
            Assert.Equal(Expected(vector), names.Select(name => name.Select(a => (a.Type, TextOf(a))).ToArray()));
        }
    }

    [Fact]
    public void Refuses_what_LDAP_libraries_refuse()
    {
        foreach (var vector in SharedVectors.Json(Vectors).GetProperty("parse").EnumerateArray())
        {
            var input = vector.GetProperty("input").GetString()!;
            if (!vector.GetProperty("valid").GetBoolean())
            {
                Assert.Throws<DistinguishedNameException>(() => DistinguishedNameText.Parse(input));
            }
        }
    }

    [Fact]
    public void Refuses_attribute_types_that_only_LDAP_libraries_take()
    {
        foreach (var input in NotInTheRfc)
        {
            Assert.Throws<DistinguishedNameException>(() => DistinguishedNameText.Parse(input));
        }
    }

    [Fact]
    public void Escapes_what_must_be_escaped_and_leaves_the_equals_sign()
    {
        foreach (var vector in SharedVectors.Json(Vectors).GetProperty("escape").EnumerateArray())
        {
            var value = vector.GetProperty("value").GetString()!;
            // python-ldap escapes = too; RFC 4514 section 2.4 lets it stand, and the reader takes both.
            var expected = vector.GetProperty("escaped").GetString()!.Replace("\\=", "=", StringComparison.Ordinal);
            Assert.Equal(expected, NameAttribute.Escape(value));
            Assert.Equal(value, DistinguishedNameText.Parse("CN=" + NameAttribute.Escape(value))[0][0].Text);
        }
    }

    [Theory]
    [InlineData("OID.2.5.4.3=a", "2.5.4.3", "a")]
    [InlineData("oid.2.5.4.3=a", "2.5.4.3", "a")]
    [InlineData("CN=\"a, b\"", "CN", "a, b")]
    [InlineData("CN=\"a \\\" b\"", "CN", "a \" b")]
    [InlineData("CN=\" a \"", "CN", " a ")]
    [InlineData("CN = a", "CN", "a")]
    [InlineData("CN=", "CN", "")]
    [InlineData("CN=a\\ ", "CN", "a ")]
    [InlineData("CN=\U0001F511", "CN", "\U0001F511")]
    public void Reads_the_forms_of_RFC_2253(string input, string type, string value)
    {
        var attribute = Assert.Single(Assert.Single(DistinguishedNameText.Parse(input)));
        Assert.Equal(type, attribute.Type);
        Assert.Equal(value, attribute.Text);
    }

    [Theory]
    [InlineData("CN=a,,C=CN", 6)]
    [InlineData("CN", 3)]
    [InlineData("CN=\\zz", 4)]
    [InlineData("CN=\\C3", 4)]
    [InlineData("CN=a\\C3b", 4)]
    [InlineData("CN=#", 4)]
    [InlineData("CN=#0", 4)]
    [InlineData("CN=#0C0461", 4)]
    [InlineData("2.05.4=a", 1)]
    [InlineData("2..4=a", 1)]
    [InlineData("CN=\"a\"b", 7)]
    public void Says_where_a_text_stops_making_sense(string input, int position)
    {
        var refusal = Assert.Throws<DistinguishedNameException>(() => DistinguishedNameText.Parse(input));
        Assert.Equal(position, refusal.Position);
        Assert.EndsWith(".", refusal.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_half_of_a_Unicode_character() =>
        Assert.Equal(
            4,
            Assert.Throws<DistinguishedNameException>(() => DistinguishedNameText.Parse("CN=\ud800")).Position
        );

    private static (string, string)[][] Expected(JsonElement vector) =>
        [
            .. vector
                .GetProperty("rdns")
                .EnumerateArray()
                .Select(rdn =>
                    rdn.EnumerateArray().Select(pair => (pair[0].GetString()!, pair[1].GetString()!)).ToArray()
                ),
        ];

    private static string TextOf(DistinguishedNameText.Attribute attribute)
    {
        if (attribute.Text is not null)
        {
            return attribute.Text;
        }
        AsnDecoder.ReadEncodedValue(
            attribute.Encoded.Span,
            AsnEncodingRules.BER,
            out var offset,
            out var length,
            out _
        );
        return Encoding.UTF8.GetString(attribute.Encoded.Span.Slice(offset, length));
    }
}
