using Keyhold.Conformance.Clients;

namespace Keyhold.Conformance;

/// <summary>Users and policies through Alibaba's client under RAM's version, and what they do to KMS's client.</summary>
public sealed class UserTests(ConformanceFixture conformance)
{
    private const string Ram = "2015-05-01";

    [Theory]
    [InlineData(Road.PopCoreGet)]
    [InlineData(Road.PopCorePost)]
    public async Task A_user_made_with_RAMs_client_may_do_with_KMSs_what_its_policy_allows(string road)
    {
        var user = road.EndsWith("GET", StringComparison.Ordinal) ? "reader-get" : "reader-post";
        var ram = new Api(conformance.Node, conformance.Server.Host, road, version: Ram);
        await ram.CallAsync("CreateUser", ("UserName", user), ("DisplayName", "阅读者"));
        var key = (await ram.CallAsync("CreateAccessKey", ("UserName", user))).GetProperty("AccessKey");
        var (id, secret) = (key.Text("AccessKeyId"), key.Text("AccessKeySecret"));
        await ram.CallAsync(
            "CreatePolicy",
            ("PolicyName", user),
            (
                "PolicyDocument",
                """
                { "Statement": [{ "Action": ["kms:ListCertificates"], "Effect": "Allow", "Resource": ["acs:kms:*:*:*"] }], "Version": "1" }
                """
            )
        );
        (string, string)[] attachment = [("UserName", user), ("PolicyType", "Custom"), ("PolicyName", user)];

        foreach (var other in Road.Main)
        {
            var kms = new Api(conformance.Node, conformance.Server.Host, other, id, secret);
            await kms.RefusedAsync(403, "Forbidden.NoPermission", "ListCertificates");
            await ram.CallAsync("AttachPolicyToUser", attachment);
            await kms.CallAsync("ListCertificates");
            await kms.RefusedAsync(
                403,
                "Forbidden.NoPermission",
                "CreateCertificate",
                ("KeySpec", "EC_P256"),
                ("Subject", "CN=no,O=no,OU=no,C=CN")
            );
            await ram.CallAsync("DetachPolicyFromUser", attachment);
        }

        await ram.RefusedAsync(409, "DeleteConflict.User.AccessKey", "DeleteUser", ("UserName", user));
        await ram.CallAsync("DeleteAccessKey", ("UserName", user), ("UserAccessKeyId", id));
        await ram.CallAsync("DeleteUser", ("UserName", user));
        await ram.RefusedAsync(404, "EntityNotExist.User", "GetUser", ("UserName", user));
    }
}
