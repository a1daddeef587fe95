using System.Net;
using Keyhold.Crypto.Certificates;
using Keyhold.Server.Pipeline;
using Keyhold.Server.Tests.Operations;
using Keyhold.Server.Tests.Storage;

namespace Keyhold.Server.Tests.Access;

/// <summary>Policies at work, from the request to the answer.</summary>
public class AccessCheckTests : OperationTest
{
    private const string Container = "acs:kms:cn-hangzhou:1000000000000001:certificate";

    [Fact]
    public async Task The_root_is_not_subject_to_policies_and_a_user_is()
    {
        (await Keyhold.CallAsync("ListUsers")).Ok();
        var alice = await Scenario.UserAsync("alice", Scenario.Statement("Allow", "kms:*", "*"));
        (await CallAsync(alice, "ListCertificates")).Ok();
        (await CallAsync(alice, "ListUsers")).Refused(403, "Forbidden.NoPermission", "ram:ListUsers");
    }

    [Fact]
    public async Task The_right_to_one_certificate_is_no_right_to_another_or_to_the_list()
    {
        var (mine, _, _) = await Scenario.ActiveAsync();
        var (other, _, _) = await Scenario.ActiveAsync();
        var alice = await Scenario.UserAsync("alice", Scenario.Statement("Allow", "kms:*", $"{Container}/{mine}"));
        (await CallAsync(alice, "GetCertificate", ("CertificateId", mine))).Ok();
        (await CallAsync(alice, "GetCertificate", ("CertificateId", other))).Refused(
            403,
            "Forbidden.NoPermission",
            $"{Container}/{other}"
        );
        (await CallAsync(alice, "ListCertificates")).Refused(403, "Forbidden.NoPermission", Container);
    }

    [Theory]
    [InlineData("IpAddress", "acs:SourceIp", "10.0.0.0/8", true)]
    [InlineData("IpAddress", "acs:SourceIp", "192.0.2.0/24", false)]
    [InlineData("NotIpAddress", "acs:SourceIp", "192.0.2.0/24", true)]
    [InlineData("Bool", "acs:SecureTransport", "true", true)]
    [InlineData("Bool", "acs:SecureTransport", "false", false)]
    [InlineData("StringLike", "acs:UserAgent", "shop/*", true)]
    [InlineData("StringLike", "acs:UserAgent", "curl*", false)]
    [InlineData("DateLessThan", "acs:CurrentTime", "2026-11-24T12:00:01Z", true)]
    [InlineData("DateGreaterThan", "acs:CurrentTime", "2026-11-24T12:00:01Z", false)]
    public async Task A_condition_sees_the_request_as_it_came(string name, string key, string value, bool allowed)
    {
        var alice = await Scenario.UserAsync(
            "alice",
            Scenario.Statement("Allow", "kms:*", "*", $"{{\"{name}\":{{\"{key}\":\"{value}\"}}}}")
        );
        Keyhold.Origin = new RequestOrigin(IPAddress.Parse("10.1.2.3"), IsSecure: true);
        Keyhold.UserAgent = "shop/1";
        Assert.Equal(allowed ? 200 : 403, (await CallAsync(alice, "ListCertificates")).Status);
    }

    [Fact]
    public async Task Time_goes_on_while_policies_are_kept_in_memory()
    {
        var alice = await Scenario.UserAsync(
            "alice",
            Scenario.Statement("Allow", "kms:*", "*", """{"DateLessThan":{"acs:CurrentTime":"2026-11-24T12:00:30Z"}}""")
        );
        (await CallAsync(alice, "ListCertificates")).Ok();
        Keyhold.Time.Advance(TimeSpan.FromSeconds(30));
        (await CallAsync(alice, "ListCertificates")).Refused(403, "Forbidden.NoPermission");
    }

    [Theory]
    [InlineData("kms:tag/team")]
    [InlineData("acs:ResourceTag/team")]
    public async Task A_tag_opens_a_certificate_when_it_is_set_and_closes_it_when_it_is_removed(string key)
    {
        var (id, _, _) = await Scenario.ActiveAsync();
        var alice = await Scenario.UserAsync(
            "alice",
            Scenario.Statement("Allow", "kms:*", "*", $"{{\"StringEquals\":{{\"{key}\":\"shop\"}}}}")
        );
        (await GetAsync(alice, id)).Refused(403, "Forbidden.NoPermission");
        (
            await Keyhold.CallAsync(
                "TagResource",
                ("CertificateId", id),
                ("Tags", """[{"TagKey":"team","TagValue":"shop"}]""")
            )
        ).Ok();
        (await GetAsync(alice, id)).Ok();
        (await GetAsync(alice, Scenario.OtherId)).Refused(403, "Forbidden.NoPermission");
        (await CallAsync(alice, "ListCertificates")).Refused(403, "Forbidden.NoPermission");
        (await Keyhold.CallAsync("UntagResource", ("CertificateId", id), ("TagKeys", """["team"]"""))).Ok();
        (await GetAsync(alice, id)).Refused(403, "Forbidden.NoPermission");
    }

    [Fact]
    public async Task A_Deny_by_tag_holds_for_certificates_without_the_tag_too()
    {
        var (id, _, _) = await Scenario.ActiveAsync();
        var alice = await Scenario.UserAsync(
            "alice",
            Scenario.Statement("Allow", "kms:*", "*"),
            Scenario.Statement("Deny", "kms:*", "*", """{"StringNotEquals":{"kms:tag/team":"shop"}}""")
        );
        (await GetAsync(alice, id)).Refused(403, "Forbidden.NoPermission");
    }

    [Fact]
    public async Task A_refused_upload_tells_of_other_certificates_only_to_those_who_may_see_them()
    {
        var (mine, _) = await Scenario.CreateAsync();
        var (other, csr) = await Scenario.CreateAsync();
        var root = Scenario.Root();
        var certificate = root.Issue(SigningRequest.FromPem(csr));
        string[] upload = [Scenario.Statement("Allow", "kms:UploadCertificate", "*")];
        var blind = await Scenario.UserAsync("blind", upload);
        var seeing = await Scenario.UserAsync(
            "seeing",
            [.. upload, Scenario.Statement("Allow", "kms:DescribeCertificate", $"{Container}/{other}")]
        );

        var told = await UploadAsync(seeing);
        var untold = await UploadAsync(blind);

        told.Refused(400, "InvalidParameter", other);
        Assert.DoesNotContain(other, untold.Refused(400, "InvalidParameter").Text, StringComparison.Ordinal);

        Task<TestReply> UploadAsync(TestUser user) =>
            CallAsync(
                user,
                "UploadCertificate",
                ("CertificateId", mine),
                ("Certificate", certificate.Pem),
                ("CertificateChain", root.ChainPem)
            );
    }

    [Fact]
    public async Task A_key_of_a_user_that_is_gone_may_do_nothing()
    {
        var alice = await Scenario.UserAsync("alice", Scenario.Statement("Allow", "*", "*"));
        TemporaryDatabase.Raw(Path.Combine(Keyhold.DataFolder, "keyhold.db"), "DELETE FROM users");
        (await CallAsync(alice, "ListCertificates")).Refused(403, "Forbidden.NoPermission");
    }

    [Theory]
    [InlineData("DELETE FROM policies")]
    [InlineData("UPDATE policies SET default_version = 2")]
    [InlineData("UPDATE policies SET versions = replace(versions, 'Deny', 'Allow')")]
    [InlineData("UPDATE users SET attachments = '[]'")]
    public async Task What_was_changed_behind_our_back_is_noticed_and_allows_nothing(string sql)
    {
        var alice = await Scenario.UserAsync(
            "alice",
            Scenario.Statement("Allow", "kms:*", "*"),
            Scenario.Statement("Deny", "kms:DeleteCertificate", "*")
        );
        TemporaryDatabase.Raw(Path.Combine(Keyhold.DataFolder, "keyhold.db"), sql);
        (await CallAsync(alice, "ListCertificates")).Refused(500, "InternalFailure");
        (await CallAsync(alice, "DeleteCertificate", ("CertificateId", Scenario.OtherId))).Refused(
            500,
            "InternalFailure"
        );
    }

    [Fact]
    public async Task A_tampered_key_stops_working_when_somebody_tries_to_disable_it()
    {
        var alice = await Scenario.UserAsync("alice", Scenario.Statement("Allow", "kms:*", "*"));
        (await CallAsync(alice, "ListCertificates")).Ok();
        TemporaryDatabase.Raw(
            Path.Combine(Keyhold.DataFolder, "keyhold.db"),
            "UPDATE access_keys SET created_at = 1 WHERE access_key_id = @0",
            alice.AccessKeyId
        );
        (
            await Keyhold.CallAsync(
                "UpdateAccessKey",
                ("UserName", "alice"),
                ("UserAccessKeyId", alice.AccessKeyId),
                ("Status", "Inactive")
            )
        ).Refused(500, "InternalFailure");
        (await CallAsync(alice, "ListCertificates")).Refused(500, "InternalFailure");
    }

    [Fact]
    public async Task Changes_and_requests_at_the_same_time_never_leave_an_old_right_behind()
    {
        var alice = await Scenario.UserAsync("alice");
        for (var round = 0; round < 30; round++)
        {
            await Scenario.AttachAsync("alice", "System", "AliyunKMSReadOnlyAccess");
            var asking = Enumerable.Range(0, 4).Select(_ => CallAsync(alice, "ListCertificates")).ToArray();
            (
                await Keyhold.CallAsync(
                    "DetachPolicyFromUser",
                    ("UserName", "alice"),
                    ("PolicyType", "System"),
                    ("PolicyName", "AliyunKMSReadOnlyAccess")
                )
            ).Ok();
            (await CallAsync(alice, "ListCertificates")).Refused(403, "Forbidden.NoPermission");
            await Task.WhenAll(asking);
        }
    }

    private Task<TestReply> GetAsync(TestUser user, string id) =>
        CallAsync(user, "GetCertificate", ("CertificateId", id));

    private Task<TestReply> CallAsync(TestUser user, string action, params (string, string?)[] parameters) =>
        Keyhold.CallAsync(user.AccessKeyId, user.Secret, action, parameters);
}
