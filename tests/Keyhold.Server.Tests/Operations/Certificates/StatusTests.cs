using Keyhold.Server.Tests.Storage;

namespace Keyhold.Server.Tests.Operations.Certificates;

/// <summary>What each status allows, as one table.</summary>
public abstract class StatusTests(DatabaseKind kind) : OperationTest(kind)
{
    public sealed class OnSqlite() : StatusTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : StatusTests(DatabaseKind.Postgres);

    private const string Signature = "AAAA";

    [Theory]
    [InlineData("PENDING", "CertificatePrivateKeySign", "Rejected.PendingImport")]
    [InlineData("PENDING", "CertificatePublicKeyVerify", "Rejected.PendingImport")]
    [InlineData("PENDING", "CertificatePublicKeyEncrypt", "Rejected.PendingImport")]
    [InlineData("PENDING", "CertificatePrivateKeyDecrypt", "Rejected.PendingImport")]
    [InlineData("PENDING", "ExportCertificate", "Rejected.PendingImport")]
    [InlineData("INACTIVE", "CertificatePrivateKeySign", "Rejected.Disabled")]
    [InlineData("INACTIVE", "CertificatePrivateKeyDecrypt", "Rejected.Disabled")]
    [InlineData("INACTIVE", "CertificatePublicKeyVerify", null)]
    [InlineData("INACTIVE", "CertificatePublicKeyEncrypt", null)]
    [InlineData("INACTIVE", "ExportCertificate", null)]
    [InlineData("REVOKED", "CertificatePrivateKeySign", "Rejected.Revoked")]
    [InlineData("REVOKED", "CertificatePrivateKeyDecrypt", "Rejected.Revoked")]
    [InlineData("REVOKED", "CertificatePublicKeyEncrypt", "Rejected.Revoked")]
    [InlineData("REVOKED", "CertificatePublicKeyVerify", null)]
    [InlineData("REVOKED", "ExportCertificate", "Rejected.Revoked")]
    public async Task A_status_allows_what_the_table_says(string status, string action, string? refusal)
    {
        string id;
        if (status == "PENDING")
        {
            (id, _) = await Scenario.CreateAsync("EC_SM2");
        }
        else
        {
            (id, _, _) = await Scenario.ActiveAsync("EC_SM2");
            await Scenario.SetStatusAsync(id, status);
        }

        var message = action.Contains("crypt", StringComparison.Ordinal) ? null : Scenario.Base64("m");
        var reply = await Keyhold.CallAsync(
            action,
            ("CertificateId", id),
            ("Algorithm", message is null ? "SM2PKE" : "SM2DSA"),
            ("Message", message),
            ("SignatureValue", Signature),
            ("Plaintext", Signature),
            ("CiphertextBlob", Signature),
            ("Passphrase", "correct horse")
        );

        if (refusal is null)
        {
            reply.Ok();
        }
        else
        {
            reply.Refused(409, refusal, status);
        }
    }

    [Theory]
    [InlineData("ACTIVE", "INACTIVE")]
    [InlineData("ACTIVE", "ACTIVE")]
    [InlineData("ACTIVE", "REVOKED")]
    [InlineData("INACTIVE", "ACTIVE")]
    [InlineData("INACTIVE", "REVOKED")]
    [InlineData("REVOKED", "REVOKED")]
    [Case("UpdateCertificateStatus", CaseKind.Good)]
    public async Task Changes_that_are_allowed_succeed(string from, string to)
    {
        var (id, _, _) = await Scenario.ActiveAsync();
        await Scenario.SetStatusAsync(id, from);
        await Scenario.SetStatusAsync(id, to);
        Assert.Equal(to, (await Scenario.DescribeAsync(id))["Status"]);
    }

    [Theory]
    [InlineData("ACTIVE")]
    [InlineData("INACTIVE")]
    public async Task Nothing_leads_out_of_revoked(string to)
    {
        var (id, _, _) = await Scenario.ActiveAsync();
        await Scenario.SetStatusAsync(id, "REVOKED");
        var reply = await Keyhold.CallAsync("UpdateCertificateStatus", ("CertificateId", id), ("Status", to));
        reply.Refused(409, "Rejected.StateModifiedFailed", "REVOKED");
    }

    [Theory]
    [InlineData("ACTIVE")]
    [InlineData("INACTIVE")]
    [InlineData("REVOKED")]
    public async Task Pending_changes_by_upload_alone(string to)
    {
        var (id, _) = await Scenario.CreateAsync();
        var reply = await Keyhold.CallAsync("UpdateCertificateStatus", ("CertificateId", id), ("Status", to));
        reply.Refused(409, "Rejected.StateModifiedFailed", "UploadCertificate");
    }

    [Theory]
    [InlineData("PENDING")]
    [InlineData("active")]
    [InlineData("EXPIRED")]
    [Case("UpdateCertificateStatus", CaseKind.BadParameter)]
    public async Task A_status_that_cannot_be_set_is_refused(string status)
    {
        var (id, _, _) = await Scenario.ActiveAsync();
        var reply = await Keyhold.CallAsync("UpdateCertificateStatus", ("CertificateId", id), ("Status", status));
        reply.Refused(400, "InvalidParameter", "Status", "INACTIVE");
    }

    [Theory]
    [InlineData("PENDING")]
    [InlineData("ACTIVE")]
    [InlineData("INACTIVE")]
    [InlineData("REVOKED")]
    [Case("DeleteCertificate", CaseKind.Good)]
    public async Task Every_status_can_be_deleted_and_is_gone(string status)
    {
        string id;
        if (status == "PENDING")
        {
            (id, _) = await Scenario.CreateAsync();
        }
        else
        {
            (id, _, _) = await Scenario.ActiveAsync();
            await Scenario.SetStatusAsync(id, status);
        }

        (await Keyhold.CallAsync("DeleteCertificate", ("CertificateId", id))).Ok();
        (await Scenario.DescribeAsync(id)).Refused(404, "Certificate.NotFound");
        (await Keyhold.CallAsync("DeleteCertificate", ("CertificateId", id))).Refused(404, "Certificate.NotFound");
    }

    [Fact]
    public async Task A_disabled_certificate_does_not_sign_though_its_key_was_ready()
    {
        var (id, _, _) = await Scenario.ActiveAsync();
        (string, string?)[] sign =
        [
            ("CertificateId", id),
            ("Algorithm", "ECDSA_SHA_256"),
            ("Message", Scenario.Base64("m")),
        ];
        (await Keyhold.CallAsync("CertificatePrivateKeySign", sign)).Ok();
        await Scenario.SetStatusAsync(id, "INACTIVE");
        (await Keyhold.CallAsync("CertificatePrivateKeySign", sign)).Refused(409, "Rejected.Disabled");
        await Scenario.SetStatusAsync(id, "ACTIVE");
        (await Keyhold.CallAsync("CertificatePrivateKeySign", sign)).Ok();
    }
}
