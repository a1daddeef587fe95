using System.Text.Json;
using System.Xml.Linq;
using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Keys;
using Keyhold.Server.Tests.Storage;

namespace Keyhold.Server.Tests.Operations.Certificates;

public abstract class CheckCertificateTests(DatabaseKind kind) : OperationTest(kind)
{
    public sealed class OnSqlite() : CheckCertificateTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : CheckCertificateTests(DatabaseKind.Postgres);

    [Fact]
    [Case("CheckCertificate", CaseKind.Good)]
    public async Task Answers_the_path_in_order_and_changes_nothing()
    {
        var (id, csr) = await Scenario.CreateAsync();
        var root = Scenario.Root();
        var issuing = Scenario.Subordinate(root);
        var leaf = issuing.Issue(SigningRequest.FromPem(csr));

        var report = await CheckAsync(id, leaf.Pem, root.Certificate.Pem + issuing.Certificate.Pem);

        Assert.True(report.GetProperty("Accepted").GetBoolean());
        Assert.False(report.GetProperty("RootMissing").GetBoolean());
        Assert.Equal("compatible", report.GetProperty("Profile").GetString());
        Assert.Equal("2026-11-24T12:00:00Z", report.GetProperty("CheckedAt").GetString());
        Assert.Equal(
            [leaf.SerialHex, issuing.Certificate.SerialHex, root.Certificate.SerialHex],
            report.GetProperty("Path").EnumerateArray().Select(each => each.GetProperty("Serial").GetString())
        );
        Assert.Empty(report.GetProperty("Dropped").EnumerateArray());
        Assert.Equal("PENDING", (await Scenario.DescribeAsync(id))["Status"]);
        Assert.Empty(await Keyhold.Parts.Certificates.ListUploadsAsync(id, CancellationToken.None));
    }

    [Fact]
    public async Task A_certificate_in_the_path_has_all_fields_that_the_page_lists()
    {
        var (id, csr) = await Scenario.CreateAsync("EC_SM2");
        var root = Scenario.Root("RSA_2048");
        var leaf = root.Issue(SigningRequest.FromPem(csr));

        var first = (await CheckAsync(id, leaf.Pem, root.ChainPem)).GetProperty("Path")[0];

        Assert.Equal(Scenario.Subject, first.GetProperty("Subject").GetString());
        Assert.Equal("CN=Example Root,O=Example,C=CN", first.GetProperty("Issuer").GetString());
        Assert.Equal("2026-11-24T11:59:00Z", first.GetProperty("NotBefore").GetString());
        Assert.Equal("2027-11-24T12:00:00Z", first.GetProperty("NotAfter").GetString());
        Assert.Equal("SM2", first.GetProperty("Key").GetString());
        Assert.Equal("RSA2048-SHA256", first.GetProperty("SignatureAlgorithm").GetString());
        Assert.Equal(Convert.ToHexStringLower(leaf.Sha256Fingerprint), first.GetProperty("Sha256").GetString());
    }

    [Fact]
    public async Task Without_an_id_any_key_is_right()
    {
        var (certificate, root) = Stranger();
        var report = await CheckAsync(null, certificate.Pem, root.ChainPem);
        Assert.True(report.GetProperty("Accepted").GetBoolean());
        Assert.Empty(Codes(report));
    }

    [Fact]
    public async Task With_an_id_another_key_is_a_finding_and_so_is_what_the_CA_changed()
    {
        var (id, _) = await Scenario.CreateAsync();
        var (certificate, root) = Stranger("CN=another.example,O=Example,C=CN");
        var report = await CheckAsync(id, certificate.Pem, root.ChainPem);
        Assert.False(report.GetProperty("Accepted").GetBoolean());
        Assert.Contains("KeyMismatch", Codes(report));
        Assert.Contains("SubjectChanged", Codes(report));
    }

    [Fact]
    public async Task The_pending_certificate_that_owns_the_key_is_named()
    {
        var (id, _) = await Scenario.CreateAsync();
        var (owner, ownerCsr) = await Scenario.CreateAsync();
        var root = Scenario.Root();
        var leaf = root.Issue(SigningRequest.FromPem(ownerCsr));

        var mismatch = FindMismatch(await CheckAsync(id, leaf.Pem, root.ChainPem));
        Assert.EndsWith(
            $" Its key belongs to certificate {owner}, which is PENDING: upload it there.",
            mismatch,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task One_that_is_not_pending_any_more_is_not_named()
    {
        var (id, _) = await Scenario.CreateAsync();
        var (owner, issuer, certificate) = await Scenario.ActiveAsync();
        var mismatch = FindMismatch(await CheckAsync(id, certificate.Pem, issuer.ChainPem));
        Assert.DoesNotContain(owner, mismatch, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_refused_is_a_report_with_every_finding_and_no_error()
    {
        var (certificate, root) = Stranger();
        Keyhold.Time.Advance(TimeSpan.FromDays(5000));
        var report = await CheckAsync(null, certificate.Pem, root.ChainPem);
        Assert.False(report.GetProperty("Accepted").GetBoolean());
        var finding = report.GetProperty("Findings").EnumerateArray().First();
        Assert.Equal("Expired", finding.GetProperty("Code").GetString());
        Assert.Equal("Error", finding.GetProperty("Severity").GetString());
        Assert.NotEmpty(finding.GetProperty("Reason").GetString()!);
        Assert.NotEmpty(finding.GetProperty("Remedy").GetString()!);
        Assert.Equal(2, Codes(report).Count(code => code == "Expired"));
    }

    [Fact]
    public async Task An_impostor_CA_is_told()
    {
        var real = Scenario.Root();
        var impostor = Scenario.Root();
        using var key = PrivateKey.Generate(KeySpec.EcP256);
        var leaf = real.Issue(SigningRequest.Create(key, DistinguishedName.Parse(Scenario.Subject), []));
        Assert.Contains("SignatureInvalid", Codes(await CheckAsync(null, leaf.Pem, impostor.ChainPem)));
    }

    [Fact]
    public async Task A_certificate_that_does_not_belong_is_listed_as_dropped()
    {
        var (certificate, root) = Stranger();
        var other = Scenario.Root(subject: "CN=Another Root,O=Example,C=CN").Certificate;
        var report = await CheckAsync(null, certificate.Pem, root.ChainPem + other.Pem);
        Assert.True(report.GetProperty("Accepted").GetBoolean());
        Assert.Equal(other.SerialHex, report.GetProperty("Dropped")[0].GetProperty("Serial").GetString());
    }

    [Theory]
    [InlineData("hello", "NoPem")]
    [InlineData("-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n", "PemDamaged")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", "Malformed")]
    public async Task What_cannot_be_read_is_a_report_without_a_path(string text, string code)
    {
        var report = await CheckAsync(null, text, null);
        Assert.False(report.GetProperty("Accepted").GetBoolean());
        Assert.Empty(report.GetProperty("Path").EnumerateArray());
        Assert.Contains(code, Codes(report));
    }

    [Fact]
    public async Task A_revoked_certificate_can_be_checked_against()
    {
        var (id, issuer, certificate) = await Scenario.ActiveAsync();
        await Scenario.SetStatusAsync(id, "REVOKED");
        Assert.True((await CheckAsync(id, certificate.Pem, issuer.ChainPem)).GetProperty("Accepted").GetBoolean());
    }

    [Fact]
    public async Task In_XML_lists_have_items()
    {
        var (certificate, root) = Stranger();
        var reply = await Keyhold.CallAsync(
            "CheckCertificate",
            ("Certificate", certificate.Pem),
            ("CertificateChain", root.ChainPem),
            ("Format", "XML")
        );
        var xml = XDocument.Parse(reply.Text).Root!;
        Assert.Equal(2, xml.Element("Path")!.Elements("Certificate").Count());
        Assert.Equal("true", xml.Element("Accepted")!.Value);
    }

    [Fact]
    [Case("CheckCertificate", CaseKind.BadParameter)]
    public async Task Without_a_certificate_it_is_refused() =>
        (await Keyhold.CallAsync("CheckCertificate", ("CertificateChain", "x"))).Refused(
            400,
            "MissingParameter",
            "Certificate"
        );

    [Fact]
    public async Task An_id_that_is_none_is_refused() =>
        (await Keyhold.CallAsync("CheckCertificate", ("CertificateId", "x"), ("Certificate", "y"))).Refused(
            400,
            "InvalidParameter",
            "CertificateId"
        );

    [Fact]
    public async Task An_unknown_id_is_not_found() =>
        (
            await Keyhold.CallAsync("CheckCertificate", ("CertificateId", Scenario.OtherId), ("Certificate", "y"))
        ).Refused(404, "Certificate.NotFound");

    [Fact]
    public async Task A_private_key_is_refused_and_not_echoed()
    {
        const string Key = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAAA\n-----END PRIVATE KEY-----\n";
        var reply = await Keyhold.CallAsync("CheckCertificate", ("Certificate", Key));
        reply.Refused(400, "InvalidParameter", "private key");
        Assert.DoesNotContain("MC4CAQ", reply.Text, StringComparison.Ordinal);
    }

    private static string FindMismatch(JsonElement report) =>
        report
            .GetProperty("Findings")
            .EnumerateArray()
            .Single(finding => finding.GetProperty("Code").ValueEquals("KeyMismatch"))
            .GetProperty("Remedy")
            .GetString()!;

    private (Certificate Certificate, TestAuthority Root) Stranger(string subject = Scenario.Subject)
    {
        var root = Scenario.Root();
        using var key = PrivateKey.Generate(KeySpec.EcP256);
        return (root.Issue(SigningRequest.Create(key, DistinguishedName.Parse(subject), [])), root);
    }

    private async Task<JsonElement> CheckAsync(string? id, string certificate, string? chain) =>
        (
            await Keyhold.CallAsync(
                "CheckCertificate",
                ("CertificateId", id),
                ("Certificate", certificate),
                ("CertificateChain", chain)
            )
        )
            .Ok()
            .Json;

    private static string[] Codes(JsonElement report) =>
        [
            .. report
                .GetProperty("Findings")
                .EnumerateArray()
                .Select(finding => finding.GetProperty("Code").GetString()!),
        ];
}
