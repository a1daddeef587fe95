using CsCheck;
using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Tests.Algorithms;

namespace Keyhold.Crypto.Tests.Certificates;

public class DistinguishedNameTests
{
    private static readonly string[] Types = ["CN", "C", "O", "OU", "ST", "L", "E", "DC", "UID", "STREET", "2.5.4.20"];

    [Fact]
    public void The_encoding_is_the_reverse_of_the_text()
    {
        // C=CN, O=aliyun, OU=kms, CN=userName, all PrintableString: what Alibaba's documentation shows of its CSRs.
        var name = DistinguishedName.Parse("CN=userName,OU=kms,O=aliyun,C=CN");
        Assert.Equal(
            "303F310B300906035504061302434E310F300D060355040A1306616C6979756E310C300A060355040B13036B6D733111300F06035504031308757365724E616D65",
            Convert.ToHexString(name.Der.Span)
        );
        Assert.Equal("userName", name.CommonName);
        Assert.Equal("CN=userName,OU=kms,O=aliyun,C=CN", name.ToString());
    }

    [Theory]
    [InlineData("CN=a+OU=b,C=CN", "CN=a+OU=b,C=CN")]
    [InlineData("OU=b+CN=a,C=CN", "CN=a+OU=b,C=CN")]
    [InlineData("cn=a;c=CN", "CN=a,C=CN")]
    [InlineData("2.5.4.3=a", "CN=a")]
    [InlineData("S=a,EMAILADDRESS=a@b.c", "ST=a,E=a@b.c")]
    [InlineData("1.2.3.4=a", "1.2.3.4=#130161")]
    [InlineData("CN=\\0a", "CN=\\0A")]
    [InlineData("CN=a\u202eb", "CN=a\\E2\\80\\AEb")]
    [InlineData("CN=a\u0085b", "CN=a\\C2\\85b")]
    [InlineData("CN=#0C0161", "CN=a")]
    [InlineData("CN=#0402FFFF", "CN=#0402ffff")]
    [InlineData("", "")]
    public void Writes_a_normal_spelling(string input, string expected) =>
        Assert.Equal(expected, DistinguishedName.Parse(input).ToString());

    [Theory]
    [InlineData("CN=a", "130161")]
    [InlineData("CN=\u4e2d", "0C03E4B8AD")]
    [InlineData("CN=a@b", "0C03614062")]
    [InlineData("CN=a*", "0C02612A")]
    [InlineData("C=CN", "1302434E")]
    [InlineData("E=a@b", "1603614062")]
    [InlineData("DC=example", "16076578616D706C65")]
    public void Chooses_the_string_type(string input, string encoded) =>
        Assert.Equal(encoded, Convert.ToHexString(DistinguishedName.Parse(input).RelativeNames[0][0].Encoded.Span));

    [Fact]
    public void Refuses_unknown_attribute_types() =>
        Assert.Contains(
            "FOO",
            Assert.Throws<DistinguishedNameException>(() => DistinguishedName.Parse("FOO=a")).Reason,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("")]
    [InlineData("3000FF")]
    [InlineData("31003000")]
    [InlineData("30023100")]
    [InlineData("300B3109300706035504031301")]
    public void Refuses_bytes_that_are_no_name(string hex) =>
        Assert.Throws<DistinguishedNameException>(() => DistinguishedName.FromDer(Convert.FromHexString(hex)));

    [Theory]
    [InlineData("CN=Good CA,O=x", "cn=good  ca,O=X", true)]
    [InlineData("CN=#0C0161", "CN=#130161", true)]
    [InlineData("CN=a+OU=b", "OU=b+CN=a", true)]
    [InlineData("CN=M\u00fcller", "CN=mu\u0308LLER", true)]
    [InlineData("CN=#14034DFC6C", "CN=M\u00fcl", true)]
    [InlineData("CN=a\u200bb\u00ad", "CN=AB", true)]
    [InlineData("O=\uff21\u3000\uff22", "O=a b", true)]
    [InlineData("CN=\ue000a", "CN=\ue000a", true)]
    [InlineData("CN=\ue000a", "CN=\ue000A", false)]
    [InlineData("CN=\ue000\u00ad", "CN=\ue000", false)]
    [InlineData("CN=#04020102", "CN=\\#04020102", false)]
    [InlineData("CN=#040161", "CN=a", false)]
    [InlineData("CN=\u0430", "CN=a", false)]
    [InlineData("CN=a,OU=b", "OU=b,CN=a", false)]
    [InlineData("CN=a,OU=b", "CN=a+OU=b", false)]
    [InlineData("CN=a", "CN=a,C=CN", false)]
    [InlineData("CN=ab", "CN=a b", false)]
    [InlineData("CN=a", "O=a", false)]
    public void Compares_as_RFC_5280_says(string one, string other, bool same) =>
        Assert.Equal(
            same,
            string.Equals(
                DistinguishedName.Parse(one).NormalForm,
                DistinguishedName.Parse(other).NormalForm,
                StringComparison.Ordinal
            )
        );

    [Fact]
    public void Text_and_encoding_round_trip()
    {
        var type = Gen.Int[0, Types.Length - 1].Select(i => Types[i]);
        var attribute = Gen.Select(type, Gen.String, (name, value) => (name, value: OnlyWhole(value)));
        attribute
            .Array[1, 3]
            .Array[0, 5]
            .Sample(names =>
            {
                var text = string.Join(
                    ',',
                    names.Select(name =>
                        string.Join('+', name.Select(a => $"{a.name}={NameAttribute.Escape(a.value)}"))
                    )
                );
                var parsed = DistinguishedName.Parse(text);
                var again = DistinguishedName.Parse(parsed.ToString());
                Assert.Equal(parsed.Der.ToArray(), again.Der.ToArray());
                Assert.Equal(parsed.ToString(), DistinguishedName.FromDer(parsed.Der).ToString());
            });
    }

    [Fact]
    public void Arbitrary_text_is_a_name_or_a_refusal() =>
        Gen.Char["CNOU=,+;\\\"#<>. 01aé\0\ud800"]
            .Array[0, 24]
            .Sample(characters =>
            {
                try
                {
                    DistinguishedName.Parse(new string(characters));
                }
                catch (DistinguishedNameException refusal)
                {
                    Assert.NotEmpty(refusal.Reason);
                }
            });

    [Fact]
    public void Equal_names_of_an_LDAP_library_are_equal_here()
    {
        // Later rows of the table test ancestors; names that differ only in case are told apart there, not in X.509.
        var rows = SharedVectors.Json("names/dn-rfc2253-4514.json").GetProperty("equal").GetProperty("rows");
        foreach (var row in rows.EnumerateArray().Take(23).Where(row => row[2].GetBoolean()))
        {
            Assert.Equal(
                DistinguishedName
                    .Parse(row[0].GetString()!.Replace("sun.com", "sun", StringComparison.Ordinal))
                    .NormalForm,
                DistinguishedName
                    .Parse(row[1].GetString()!.Replace("sun.com", "sun", StringComparison.Ordinal))
                    .NormalForm
            );
        }
    }

    private static string OnlyWhole(string value) => new([.. value.Where(character => !char.IsSurrogate(character))]);
}
