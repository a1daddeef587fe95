using Keyhold.Crypto.Certificates;
using Keyhold.Server.Tests.Storage;

namespace Keyhold.Server.Tests.Operations.Certificates;

public abstract class UploadCertificateTests(DatabaseKind kind) : OperationTest(kind)
{
    public sealed class OnSqlite() : UploadCertificateTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : UploadCertificateTests(DatabaseKind.Postgres);

    [Theory]
    [InlineData("RSA_2048")]
    [InlineData("EC_P256")]
    [InlineData("EC_SM2")]
    [Case("UploadCertificate", CaseKind.Good)]
    public async Task Makes_the_certificate_active_and_answers_the_request_id_alone(string keySpec)
    {
        var (id, csr) = await Scenario.CreateAsync(keySpec);
        var issuing = Scenario.Subordinate(Scenario.Root());
        var certificate = issuing.Issue(SigningRequest.FromPem(csr));

        var reply = (await Scenario.UploadAsync(id, certificate, issuing)).Ok();

        Assert.Equal(["RequestId"], reply.Json.EnumerateObject().Select(field => field.Name));
        Assert.Equal("ACTIVE", (await Scenario.DescribeAsync(id))["Status"]);
        var got = await Keyhold.CallAsync("GetCertificate", ("CertificateId", id));
        Assert.Equal(certificate.Pem, got["Certificate"]);
        Assert.Equal(issuing.ChainPem, got["CertificateChain"]);
        Assert.Equal(csr, got["Csr"]);
    }

    [Fact]
    public async Task Stores_a_shuffled_chain_in_order_without_duplicates_and_leaf()
    {
        var (id, csr) = await Scenario.CreateAsync();
        var root = Scenario.Root();
        var issuing = Scenario.Subordinate(root);
        var certificate = issuing.Issue(SigningRequest.FromPem(csr));

        await Keyhold.CallAsync(
            "UploadCertificate",
            ("CertificateId", id),
            ("Certificate", certificate.Pem),
            (
                "CertificateChain",
                root.Certificate.Pem + certificate.Pem + issuing.Certificate.Pem + root.Certificate.Pem
            )
        );

        Assert.Equal(
            issuing.Certificate.Pem + root.Certificate.Pem,
            (await Keyhold.CallAsync("GetCertificate", ("CertificateId", id)))["CertificateChain"]
        );
    }

    [Fact]
    public async Task Without_a_chain_it_succeeds_and_keeps_a_warning()
    {
        var (id, csr) = await Scenario.CreateAsync();
        (await Scenario.UploadAsync(id, Scenario.Root().Issue(SigningRequest.FromPem(csr)), issuer: null)).Ok();

        var described = await Scenario.DescribeAsync(id);
        Assert.NotEmpty(described.Json.GetProperty("Warnings").EnumerateArray());
        Assert.Equal("", (await Keyhold.CallAsync("GetCertificate", ("CertificateId", id)))["CertificateChain"]);
    }

    [Fact]
    public async Task Renews_an_active_certificate_and_keeps_the_old_one_as_history()
    {
        var (id, issuer, first) = await Scenario.ActiveAsync();
        var csr = (await Keyhold.CallAsync("GetCertificate", ("CertificateId", id)))["Csr"];
        var second = issuer.Issue(SigningRequest.FromPem(csr));
        await Scenario.SetStatusAsync(id, "INACTIVE");

        (await Scenario.UploadAsync(id, second, issuer)).Ok();

        Assert.Equal("INACTIVE", (await Scenario.DescribeAsync(id))["Status"]);
        Assert.Equal(second.Pem, (await Keyhold.CallAsync("GetCertificate", ("CertificateId", id)))["Certificate"]);
        var history = await Keyhold.Parts.Certificates.ListUploadsAsync(id, CancellationToken.None);
        Assert.Equal([first.Pem, second.Pem], history.Select(entry => entry.Certificate));
    }

    [Fact]
    public async Task An_older_certificate_uploaded_again_becomes_current_and_stays_one_entry()
    {
        var (id, issuer, first) = await Scenario.ActiveAsync();
        var csr = (await Keyhold.CallAsync("GetCertificate", ("CertificateId", id)))["Csr"];
        (await Scenario.UploadAsync(id, issuer.Issue(SigningRequest.FromPem(csr)), issuer)).Ok();

        (await Scenario.UploadAsync(id, first, issuer)).Ok();
        (await Scenario.UploadAsync(id, first, issuer)).Ok();

        Assert.Equal(first.Pem, (await Keyhold.CallAsync("GetCertificate", ("CertificateId", id)))["Certificate"]);
        Assert.Equal(2, (await Keyhold.Parts.Certificates.ListUploadsAsync(id, CancellationToken.None)).Count);
    }

    [Fact]
    public async Task The_same_certificate_with_another_chain_replaces_the_chain()
    {
        var (id, csr) = await Scenario.CreateAsync();
        var root = Scenario.Root();
        var issuing = Scenario.Subordinate(root);
        var certificate = issuing.Issue(SigningRequest.FromPem(csr));
        (await Scenario.UploadAsync(id, certificate, issuer: null)).Ok();

        (await Scenario.UploadAsync(id, certificate, issuing)).Ok();

        Assert.Equal(
            issuing.ChainPem,
            (await Keyhold.CallAsync("GetCertificate", ("CertificateId", id)))["CertificateChain"]
        );
        Assert.Single(await Keyhold.Parts.Certificates.ListUploadsAsync(id, CancellationToken.None));
    }

    [Fact]
    public async Task A_revoked_certificate_takes_no_upload()
    {
        var (id, issuer, certificate) = await Scenario.ActiveAsync();
        await Scenario.SetStatusAsync(id, "REVOKED");
        (await Scenario.UploadAsync(id, certificate, issuer)).Refused(409, "Rejected.Revoked", "REVOKED");
    }

    [Fact]
    public async Task Of_two_uploads_at_once_one_wins_and_the_other_gets_a_conflict()
    {
        var (id, csr) = await Scenario.CreateAsync();
        var issuer = Scenario.Root();
        var certificates = Enumerable.Range(0, 8).Select(_ => issuer.Issue(SigningRequest.FromPem(csr))).ToArray();

        var replies = await Task.WhenAll(
            certificates.Select(certificate => Task.Run(() => Scenario.UploadAsync(id, certificate, issuer)))
        );

        Assert.Contains(replies, reply => reply.Status == 200);
        Assert.All(
            replies.Where(reply => reply.Status != 200),
            reply => reply.Refused(409, "Rejected.StateModifiedFailed")
        );
        var history = await Keyhold.Parts.Certificates.ListUploadsAsync(id, CancellationToken.None);
        Assert.Equal(replies.Count(reply => reply.Status == 200), history.Count);
    }

    [Fact]
    [Case("UploadCertificate", CaseKind.BadParameter)]
    public async Task A_certificate_for_another_key_is_refused_and_its_owner_named()
    {
        var (id, _) = await Scenario.CreateAsync();
        var (other, otherCsr) = await Scenario.CreateAsync();
        var issuer = Scenario.Root();

        var reply = await Scenario.UploadAsync(id, issuer.Issue(SigningRequest.FromPem(otherCsr)), issuer);

        reply.Refused(400, "InvalidParameter", "The specified parameter is not valid.", "Certificate", other);
        Assert.Equal("PENDING", (await Scenario.DescribeAsync(id))["Status"]);
    }

    [Fact]
    public async Task An_impostor_CA_with_the_same_name_is_refused()
    {
        var (id, csr) = await Scenario.CreateAsync();
        var real = Scenario.Root();
        var impostor = Scenario.Root();
        var certificate = real.Issue(SigningRequest.FromPem(csr));
        (await Scenario.UploadAsync(id, certificate, impostor)).Refused(400, "InvalidParameter", "CertificateChain");
    }

    [Fact]
    public async Task An_expired_certificate_is_refused()
    {
        var (id, csr) = await Scenario.CreateAsync();
        var issuer = Scenario.Root();
        var certificate = issuer.Issue(SigningRequest.FromPem(csr), TimeSpan.FromDays(30));
        Keyhold.Time.Advance(TimeSpan.FromDays(31));
        (await Scenario.UploadAsync(id, certificate, issuer)).Refused(
            400,
            "InvalidParameter",
            "Certificate",
            "expired"
        );
    }

    [Fact]
    public async Task Two_certificates_in_Certificate_are_refused_with_advice()
    {
        var (id, csr) = await Scenario.CreateAsync();
        var issuer = Scenario.Root();
        var reply = await Keyhold.CallAsync(
            "UploadCertificate",
            ("CertificateId", id),
            ("Certificate", issuer.Issue(SigningRequest.FromPem(csr)).Pem + issuer.ChainPem)
        );
        reply.Refused(
            400,
            "InvalidParameter",
            "found 2 certificates (a fullchain file?)",
            "keep the first here, move the rest to CertificateChain"
        );
    }

    [Fact]
    public async Task A_private_key_in_Certificate_is_refused_and_not_echoed()
    {
        var (id, _) = await Scenario.CreateAsync();
        const string Key = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAAA\n-----END PRIVATE KEY-----\n";
        var reply = await Keyhold.CallAsync("UploadCertificate", ("CertificateId", id), ("Certificate", Key));
        reply.Refused(400, "InvalidParameter", "Certificate", "private key");
        Assert.DoesNotContain("MC4CAQ", reply.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n")]
    [InlineData("-----BEGIN CERTIFICATE-----")]
    public async Task What_is_no_certificate_is_refused(string text)
    {
        var (id, _) = await Scenario.CreateAsync();
        var reply = await Keyhold.CallAsync("UploadCertificate", ("CertificateId", id), ("Certificate", text));
        reply.Refused(400, "InvalidParameter", "Certificate");
    }

    [Fact]
    public async Task An_unknown_certificate_is_not_found()
    {
        var (_, issuer, certificate) = await Scenario.ActiveAsync();
        (await Scenario.UploadAsync(Scenario.OtherId, certificate, issuer)).Refused(404, "Certificate.NotFound");
    }
}
