using System.Text.Json;
using Keyhold.Server.Tests.Storage;

namespace Keyhold.Server.Tests.Operations.Users;

public abstract class UserTests(DatabaseKind kind) : OperationTest(kind)
{
    public sealed class OnSqlite() : UserTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : UserTests(DatabaseKind.Postgres);

    [Fact]
    [Case("CreateUser", CaseKind.Good)]
    [Case("GetUser", CaseKind.Good)]
    [Case("ListUsers", CaseKind.Good)]
    [Case("DeleteUser", CaseKind.Good)]
    public async Task A_user_is_made_shown_listed_and_deleted()
    {
        var made = (
            await Keyhold.CallAsync(
                "CreateUser",
                ("UserName", "alice"),
                ("DisplayName", "Alice A."),
                ("Comments", "of the shop")
            )
        ).Ok();
        var user = made.Json.GetProperty("User");
        Assert.Matches("^2[0-9]{17}$", user.GetProperty("UserId").GetString());
        var got = (await GetAsync("alice")).Ok().Json.GetProperty("User");
        Assert.Equal(user.GetRawText(), got.GetRawText());
        Assert.Equal(
            ("alice", "Alice A.", "of the shop", "2026-11-24T12:00:00Z"),
            (Text(got, "UserName"), Text(got, "DisplayName"), Text(got, "Comments"), Text(got, "CreateDate"))
        );
        Assert.Equal(["alice"], Names(await Keyhold.CallAsync("ListUsers")));
        (await DeleteAsync("alice")).Ok();
        (await GetAsync("alice")).Refused(404, "EntityNotExist.User", "alice");
        Assert.Empty(Names(await Keyhold.CallAsync("ListUsers")));
    }

    [Fact]
    public async Task Lists_come_in_pages()
    {
        foreach (var name in new[] { "b", "a", "d", "c", "e" })
        {
            (await CreateAsync(name)).Ok();
        }

        string? marker = null;
        var seen = new List<string>();
        do
        {
            var page = (await Keyhold.CallAsync("ListUsers", ("MaxItems", "2"), ("Marker", marker))).Ok();
            seen.Add(string.Join(' ', Names(page)));
            Assert.Equal(page.Has("Marker"), page.Json.GetProperty("IsTruncated").GetBoolean());
            marker = page.Has("Marker") ? page["Marker"] : null;
        } while (marker is not null);

        Assert.Equal(["a b", "c d", "e"], seen);
    }

    [Theory]
    [InlineData("CreateUser")]
    [InlineData("GetUser")]
    [InlineData("DeleteUser")]
    [InlineData("AttachPolicyToUser")]
    [InlineData("DetachPolicyFromUser")]
    [InlineData("ListPoliciesForUser")]
    [Case("CreateUser", CaseKind.BadParameter)]
    [Case("GetUser", CaseKind.BadParameter)]
    [Case("DeleteUser", CaseKind.BadParameter)]
    [Case("AttachPolicyToUser", CaseKind.BadParameter)]
    [Case("DetachPolicyFromUser", CaseKind.BadParameter)]
    [Case("ListPoliciesForUser", CaseKind.BadParameter)]
    public async Task A_name_that_no_user_can_have_is_refused(string action)
    {
        (await CallAsync(action, null)).Refused(400, "MissingParameter", "UserName");
        foreach (var name in new[] { "a b", "ä", "a/b", "*", "a:b", "a\n", new string('a', 65) })
        {
            (await CallAsync(action, name)).Refused(400, "InvalidParameter", "UserName", "64");
        }

        Task<TestReply> CallAsync(string name, string? user) =>
            Keyhold.CallAsync(name, ("UserName", user), ("PolicyType", "Custom"), ("PolicyName", "p"));
    }

    [Fact]
    [Case("ListUsers", CaseKind.BadParameter)]
    public async Task Texts_and_pages_have_limits()
    {
        (await Keyhold.CallAsync("ListUsers", ("MaxItems", "0"))).Refused(400, "InvalidParameter", "MaxItems");
        (await Keyhold.CallAsync("ListUsers", ("MaxItems", "1001"))).Refused(400, "InvalidParameter", "MaxItems");
        (await Keyhold.CallAsync("CreateUser", ("UserName", "a"), ("DisplayName", new string('x', 129)))).Refused(
            400,
            "InvalidParameter",
            "DisplayName",
            "129",
            "128"
        );
        (await Keyhold.CallAsync("CreateUser", ("UserName", "a"), ("Comments", "a\u0007"))).Refused(
            400,
            "InvalidParameter",
            "Comments",
            "control character"
        );
    }

    [Theory]
    [InlineData("alice")]
    [InlineData("ALICE")]
    public async Task A_name_that_is_taken_is_refused_in_any_case(string name)
    {
        (await CreateAsync("alice")).Ok();
        (await CreateAsync(name)).Refused(409, "EntityAlreadyExists.User", name);
    }

    [Fact]
    public async Task A_user_with_keys_or_policies_is_not_deleted()
    {
        var alice = await Scenario.UserAsync("alice");
        (await DeleteAsync("alice")).Refused(409, "DeleteConflict.User.AccessKey", "alice");
        (
            await Keyhold.CallAsync("DeleteAccessKey", ("UserName", "alice"), ("UserAccessKeyId", alice.AccessKeyId))
        ).Ok();
        await Scenario.AttachAsync("alice", "System", "AliyunKMSFullAccess");
        (await DeleteAsync("alice")).Refused(409, "DeleteConflict.User.Policy", "alice");
        (await DetachAsync("alice", "System", "AliyunKMSFullAccess")).Ok();
        (await DeleteAsync("alice")).Ok();
        (await DeleteAsync("alice")).Refused(404, "EntityNotExist.User");
    }

    [Fact]
    [Case("AttachPolicyToUser", CaseKind.Good)]
    [Case("DetachPolicyFromUser", CaseKind.Good)]
    [Case("ListPoliciesForUser", CaseKind.Good)]
    public async Task A_policy_is_attached_counts_at_once_is_listed_and_detached()
    {
        var alice = await Scenario.UserAsync("alice");
        (await ListCertificatesAsync(alice)).Refused(403, "Forbidden.NoPermission");
        await Scenario.AttachAsync("alice", "System", "AliyunKMSReadOnlyAccess");
        (await ListCertificatesAsync(alice)).Ok();

        var listed = (await Keyhold.CallAsync("ListPoliciesForUser", ("UserName", "alice"))).Ok();
        var policy = listed.Json.GetProperty("Policies").GetProperty("Policy")[0];
        Assert.Equal(
            ("AliyunKMSReadOnlyAccess", "System", "v1", "2026-11-24T12:00:00Z"),
            (
                Text(policy, "PolicyName"),
                Text(policy, "PolicyType"),
                Text(policy, "DefaultVersion"),
                Text(policy, "AttachDate")
            )
        );

        (await DetachAsync("alice", "System", "AliyunKMSReadOnlyAccess")).Ok();
        (await ListCertificatesAsync(alice)).Refused(403, "Forbidden.NoPermission");
    }

    [Fact]
    public async Task Attaching_is_refused_for_what_is_not_there_and_what_is_attached()
    {
        (await CreateAsync("alice")).Ok();
        (await AttachAsync("bob", "System", "AliyunKMSFullAccess")).Refused(404, "EntityNotExist.User", "bob");
        (await AttachAsync("alice", "System", "Nothing")).Refused(404, "EntityNotExist.Policy", "Nothing", "System");
        (await AttachAsync("alice", "Custom", "AliyunKMSFullAccess")).Refused(404, "EntityNotExist.Policy", "Custom");
        (await AttachAsync("alice", "Other", "AliyunKMSFullAccess")).Refused(400, "InvalidParameter", "PolicyType");
        (await AttachAsync("alice", "System", "AliyunKMSFullAccess")).Ok();
        (await AttachAsync("alice", "System", "AliyunKMSFullAccess")).Refused(409, "EntityAlreadyExists.User.Policy");
        (await DetachAsync("alice", "Custom", "AliyunKMSFullAccess")).Refused(
            404,
            "EntityNotExist.User.Policy",
            "alice",
            "AliyunKMSFullAccess"
        );
        (await DetachAsync("bob", "System", "AliyunKMSFullAccess")).Refused(404, "EntityNotExist.User", "bob");
    }

    [Fact]
    public async Task A_user_has_at_most_twenty_policies_of_a_type()
    {
        (await CreateAsync("alice")).Ok();
        for (var at = 0; at <= 20; at++)
        {
            (
                await Keyhold.CallAsync(
                    "CreatePolicy",
                    ("PolicyName", $"p{at}"),
                    ("PolicyDocument", Scenario.Document(Scenario.Statement("Allow", "kms:*", "*")))
                )
            ).Ok();
            var reply = await AttachAsync("alice", "Custom", $"p{at}");
            if (at < 20)
            {
                reply.Ok();
            }
            else
            {
                reply.Refused(409, "LimitExceeded.User.Policy", "20");
            }
        }
    }

    [Theory]
    [InlineData("CreateUser", "LimitExceeded.User", 1_000, "users")]
    [InlineData("CreatePolicy", "LimitExceeded.Policy", 1_500, "policies")]
    public async Task There_is_a_limit_to_users_and_to_policies(string action, string code, int limit, string table)
    {
        // Only their number counts here, so they need not be good ones.
        var columns = table == "users" ? "'','','','[]',0,0,0,@0" : "'','[]',1,1,0,0,0,@0";
        Keyhold.Raw(
            $"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {limit}) "
                + $"INSERT INTO {table} SELECT 'x' || i, 1, {columns} FROM n",
            Array.Empty<byte>()
        );
        (
            await Keyhold.CallAsync(
                action,
                ("UserName", "one-more"),
                ("PolicyName", "one-more"),
                ("PolicyDocument", Scenario.Document(Scenario.Statement("Allow", "kms:*", "*")))
            )
        ).Refused(409, code, $"{limit}");
    }

    [Fact]
    public async Task Users_and_policies_are_not_answered_under_the_version_of_KMS()
    {
        foreach (var (action, version) in new[] { ("ListUsers", "2016-01-20"), ("ListCertificates", "2015-05-01") })
        {
            (await Keyhold.CallUnderAsync(version, action)).Refused(404, "InvalidAction.NotFound");
        }

        (await Keyhold.CallUnderAsync("2015-05-01", "ListAccessKeys")).Ok();
        (await Keyhold.CallUnderAsync("2016-01-20", "ListAccessKeys")).Ok();
        (await Keyhold.CallUnderAsync("2015-05-02", "ListUsers")).Refused(400, "InvalidVersion", "2015-05-01");
    }

    private Task<TestReply> CreateAsync(string name) => Keyhold.CallAsync("CreateUser", ("UserName", name));

    private Task<TestReply> GetAsync(string name) => Keyhold.CallAsync("GetUser", ("UserName", name));

    private Task<TestReply> DeleteAsync(string name) => Keyhold.CallAsync("DeleteUser", ("UserName", name));

    private Task<TestReply> AttachAsync(string user, string type, string policy) =>
        Keyhold.CallAsync("AttachPolicyToUser", ("UserName", user), ("PolicyType", type), ("PolicyName", policy));

    private Task<TestReply> DetachAsync(string user, string type, string policy) =>
        Keyhold.CallAsync("DetachPolicyFromUser", ("UserName", user), ("PolicyType", type), ("PolicyName", policy));

    private Task<TestReply> ListCertificatesAsync(TestUser user) =>
        Keyhold.CallAsync(user.AccessKeyId, user.Secret, "ListCertificates");

    private static IEnumerable<string> Names(TestReply reply) =>
        reply
            .Ok()
            .Json.GetProperty("Users")
            .GetProperty("User")
            .EnumerateArray()
            .Select(user => Text(user, "UserName"));

    private static string Text(JsonElement fields, string name) => fields.GetProperty(name).GetString()!;
}
