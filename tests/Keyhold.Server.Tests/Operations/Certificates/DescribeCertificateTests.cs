using Keyhold.Crypto.Certificates;
using Keyhold.Server.Tests.Storage;

namespace Keyhold.Server.Tests.Operations.Certificates;

public abstract class DescribeCertificateTests(DatabaseKind kind) : OperationTest(kind)
{
    public sealed class OnSqlite() : DescribeCertificateTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : DescribeCertificateTests(DatabaseKind.Postgres);

    [Fact]
    public async Task While_pending_it_leaves_out_what_only_a_certificate_has()
    {
        var (id, _) = await Scenario.CreateAsync("RSA_2048", exportable: false);

        var described = (await Scenario.DescribeAsync(id)).Ok();

        Assert.All(
            (string[])["Issuer", "Serial", "NotBefore", "NotAfter"],
            field => Assert.False(described.Has(field), field)
        );
        Assert.Equal("PENDING", described["Status"]);
        Assert.Equal("RSA_2048", described["KeySpec"]);
        Assert.Equal(Scenario.Subject, described["Subject"]);
        Assert.False(described.Json.GetProperty("ExportablePrivateKey").GetBoolean());
        Assert.Equal("2026-11-24T12:00:00Z", described["CreatedAt"]);
        Assert.StartsWith("-----BEGIN PUBLIC KEY-----\n", described["SubjectPublicKey"], StringComparison.Ordinal);
        Assert.Matches("^[0-9A-F]{2}( [0-9A-F]{2}){19}$", described["SubjectKeyIdentifier"]);
    }

    [Theory]
    [InlineData("RSA_2048")]
    [InlineData("EC_P256")]
    [InlineData("EC_SM2")]
    [Case("DescribeCertificate", CaseKind.Good)]
    public async Task Tells_what_the_certificate_says_in_the_APIs_forms(string keySpec)
    {
        var (id, csr) = await Scenario.CreateAsync(keySpec);
        var root = Scenario.Root(keySpec);
        var certificate = root.Issue(SigningRequest.FromPem(csr), TimeSpan.FromDays(90));
        (await Scenario.UploadAsync(id, certificate, root)).Ok();

        var described = await Scenario.DescribeAsync(id);

        Assert.Equal("CN=Example Root,O=Example,C=CN", described["Issuer"]);
        Assert.Matches("^([0-9A-F]{2})+$", described["Serial"]);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", described["NotBefore"]);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", described["NotAfter"]);
        Assert.Equal(
            keySpec switch
            {
                "RSA_2048" => "RSA2048-SHA256",
                "EC_P256" => "ECDSA-SHA256",
                _ => "SM2-SM3",
            },
            described["SignatureAlgorithm"]
        );
    }

    [Fact]
    public async Task What_the_CA_changed_shows_and_is_a_warning()
    {
        var (id, csr) = await Scenario.CreateAsync();
        var root = Scenario.Root();
        var certificate = root.Issue(
            SigningRequest.FromPem(csr),
            change: template => template.SubjectAlternativeNames.Add("added.example.com")
        );
        (await Scenario.UploadAsync(id, certificate, root)).Ok();

        var described = await Scenario.DescribeAsync(id);

        Assert.Equal(
            ["added.example.com"],
            described.Json.GetProperty("SubjectAlternativeNames").EnumerateArray().Select(name => name.GetString())
        );
        Assert.NotEmpty(described.Json.GetProperty("Warnings").EnumerateArray());
    }
}
