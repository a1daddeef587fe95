using Keyhold.Conformance.Clients;
using Keyhold.Conformance.OpenSsl;

namespace Keyhold.Conformance;

/// <summary>CreateCertificate: what the CSR says, and which subjects and names are refused with a reason.</summary>
public sealed class CsrTests(ConformanceFixture conformance)
{
    [Theory]
    [InlineData("CN=a,OU=b,O=c,C=CN")]
    [InlineData("CN=a,OU=b,O=c,L=Hangzhou,ST=Zhejiang,C=CN")]
    [InlineData("C=DE,O=c,ST=Bayern,OU=b,CN=a")]
    [InlineData("CN=a,OU=b1,OU=b2,O=c1,O=c2,C=DE")]
    [InlineData(@"CN=a\, b \+ c,OU=b,O=c,C=CN")]
    [InlineData("CN=a,OU=b2+OU=b1,O=c,C=CN", "CN=a,OU=b1+OU=b2,O=c,C=CN")]
    [InlineData("emailAddress=a@example.com,CN=a,OU=b,O=c,C=CN", "E=a@example.com,CN=a,OU=b,O=c,C=CN")]
    [InlineData("CN=a,OU=b,O=c,C=CN", "CN = a , OU=b , O=c, C=CN")]
    [InlineData("CN=ab,OU=b,O=c,C=CN", @"CN=\61\62,OU=b,O=c,C=CN")]
    public async Task The_subject_is_the_text_in_reverse(string expected, string? subject = null)
    {
        using var folder = new OpenSslFolder();
        var certificate = await HostedCertificate.CreateAsync(
            conformance.Api(),
            Specs.P256,
            ("Subject", subject ?? expected)
        );
        folder.Write("request.csr", certificate.Csr);
        // RFC 2253 prints the last RDN first, so equal texts mean that the CSR holds the reverse.
        var printed = (await folder.RunAsync("req -in request.csr -noout -subject -nameopt RFC2253")).Text;
        Assert.Equal($"subject={expected}\n", printed);
        if (subject is null)
            Assert.Equal(expected, (await certificate.DescribeAsync()).Text("Subject"));
    }

    [Fact]
    public async Task Values_are_PrintableString_where_they_fit_and_UTF8String_where_not()
    {
        using var folder = new OpenSslFolder();
        var certificate = await HostedCertificate.CreateAsync(
            conformance.Api(),
            Specs.P256,
            ("Subject", "E=a@example.com,CN=密钥,OU=b,O=c,C=CN")
        );
        folder.Write("request.csr", certificate.Csr);
        var structure = (await folder.RunAsync("asn1parse -in request.csr")).Text;
        Assert.Contains("PRINTABLESTRING   :CN", structure, StringComparison.Ordinal);
        Assert.Contains("PRINTABLESTRING   :c", structure, StringComparison.Ordinal);
        Assert.Contains("UTF8STRING        :密钥", structure, StringComparison.Ordinal);
        Assert.Contains("IA5STRING         :a@example.com", structure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Specs.Rsa, "sha256WithRSAEncryption", "Public-Key: (2048 bit)")]
    [InlineData(Specs.P256, "ecdsa-with-SHA256", "prime256v1")]
    [InlineData(Specs.Sm2, "SM2-with-SM3", "SM2")]
    public async Task The_key_and_the_signature_are_of_the_key_spec(string keySpec, string signature, string key)
    {
        var text = await RequestTextAsync(keySpec);
        Assert.Contains($"Signature Algorithm: {signature}", text, StringComparison.Ordinal);
        Assert.Contains(key, text, StringComparison.Ordinal);
        Assert.Contains("Version: 1 (0x0)", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""["a.example.com","*.b.example.com"]""", "DNS:a.example.com, DNS:*.b.example.com")]
    [InlineData("""{"0":"a.example.com","1":"xn--fiqs8s.example"}""", "DNS:a.example.com, DNS:xn--fiqs8s.example")]
    [InlineData("""["192.0.2.7","2001:db8::7"]""", "IP Address:192.0.2.7, IP Address:2001:DB8:0:0:0:0:0:7")]
    public async Task The_names_are_the_only_requested_extension(string names, string expected)
    {
        var text = await RequestTextAsync(Specs.P256, ("SubjectAlternativeNames", names));
        Assert.Contains(expected, text, StringComparison.Ordinal);
        Assert.Single(text.Split('\n'), line => line.Contains("X509v3", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_names_means_no_requested_extension() =>
        Assert.DoesNotContain("X509v3", await RequestTextAsync(Specs.P256), StringComparison.Ordinal);

    [Theory]
    [InlineData("OU=b,O=c,C=CN", "CN")]
    [InlineData("CN=a,O=c,C=CN", "OU")]
    [InlineData("CN=a,OU=b,C=CN", "O")]
    [InlineData("CN=a,OU=b,O=c", "C")]
    [InlineData("CN=a,OU=b,O=c,C=CHN", "C")]
    [InlineData("CN=a,OU=b,O=c,C=C1", "C")]
    [InlineData("CN=a,CN=b,OU=b,O=c,C=CN", "CN")]
    [InlineData("CN=a,OU=b,O=c,C=CN,X=y", "X")]
    [InlineData("CN=a,OU=b,O=c,C=CN,SERIALNUMBER=5", "SERIALNUMBER")]
    [InlineData("CN,OU=b,O=c,C=CN", "CN")]
    [InlineData("CN=a,,OU=b,O=c,C=CN", "")]
    [InlineData(@"CN=a\,OU=b,O=c,C=CN\", "")]
    [InlineData("CN=,OU=b,O=c,C=CN", "CN")]
    [InlineData("nonsense", "")]
    public async Task A_bad_subject_is_refused_and_says_where(string subject, string named)
    {
        var refusal = await conformance
            .Api()
            .InvalidAsync("Subject", "CreateCertificate", ("KeySpec", Specs.P256), ("Subject", subject));
        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_subject_part_over_its_upper_bound_is_refused() =>
        await conformance
            .Api()
            .InvalidAsync(
                "Subject",
                "CreateCertificate",
                ("KeySpec", Specs.P256),
                ("Subject", $"CN={new string('a', 65)},OU=b,O=c,C=CN")
            );

    [Theory]
    [InlineData("not json")]
    [InlineData("\"a.example.com\"")]
    [InlineData("[1]")]
    [InlineData("[[\"a.example.com\"]]")]
    [InlineData("[\"\"]")]
    [InlineData("[\"a b.example.com\"]")]
    [InlineData("[\"-a.example.com\"]")]
    [InlineData("[\"a..example.com\"]")]
    [InlineData("[\"a.*.example.com\"]")]
    [InlineData("[\"https://example.com\"]")]
    [InlineData("[\"密钥.example.com\"]")]
    [InlineData("[\"a1\",\"a2\",\"a3\",\"a4\",\"a5\",\"a6\",\"a7\",\"a8\",\"a9\",\"a10\",\"a11\"]")]
    public async Task Bad_names_are_refused(string names) =>
        await conformance
            .Api()
            .InvalidAsync(
                "SubjectAlternativeNames",
                "CreateCertificate",
                ("KeySpec", Specs.P256),
                ("Subject", HostedCertificate.SubjectOf("names")),
                ("SubjectAlternativeNames", names)
            );

    [Theory]
    [InlineData("RSA_1024")]
    [InlineData("rsa_2048")]
    [InlineData("EC_P384")]
    public async Task An_unknown_key_spec_is_refused_and_names_the_known_ones(string keySpec)
    {
        var refusal = await conformance
            .Api()
            .InvalidAsync("KeySpec", "CreateCertificate", ("KeySpec", keySpec), ("Subject", "CN=a,OU=b,O=c,C=CN"));
        foreach (var known in Specs.All)
            Assert.Contains(known, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("True", true)]
    [InlineData("False", false)]
    [InlineData("false", false)]
    public async Task ExportablePrivateKey_is_read_in_any_case(string text, bool expected)
    {
        var certificate = await HostedCertificate.CreateAsync(
            conformance.Api(),
            Specs.P256,
            ("ExportablePrivateKey", text)
        );
        var description = await certificate.DescribeAsync();
        Assert.Equal(expected, description.GetProperty("ExportablePrivateKey").GetBoolean());
    }

    [Fact]
    public async Task A_flag_that_is_neither_true_nor_false_is_refused() =>
        await conformance
            .Api()
            .InvalidAsync(
                "ExportablePrivateKey",
                "CreateCertificate",
                ("KeySpec", Specs.P256),
                ("Subject", HostedCertificate.SubjectOf("flag")),
                ("ExportablePrivateKey", "maybe")
            );

    private async Task<string> RequestTextAsync(string keySpec, params (string Name, string Value)[] more)
    {
        using var folder = new OpenSslFolder();
        var certificate = await HostedCertificate.CreateAsync(conformance.Api(), keySpec, more);
        folder.Write("request.csr", certificate.Csr);
        return (await folder.RunAsync("req -in request.csr -noout -text")).Text;
    }
}
