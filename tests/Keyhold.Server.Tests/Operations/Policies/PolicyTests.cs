using System.Text.Json;
using Keyhold.Server.Tests.Storage;

namespace Keyhold.Server.Tests.Operations.Policies;

public abstract class PolicyTests(DatabaseKind kind) : OperationTest(kind)
{
    public sealed class OnSqlite() : PolicyTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : PolicyTests(DatabaseKind.Postgres);

    private static readonly string Listing = Scenario.Document(
        Scenario.Statement("Allow", "kms:ListCertificates", "*")
    );

    private static readonly string Creating = Scenario.Document(
        Scenario.Statement("Allow", "kms:CreateCertificate", "*")
    );

    [Fact]
    [Case("CreatePolicy", CaseKind.Good)]
    [Case("GetPolicy", CaseKind.Good)]
    [Case("DeletePolicy", CaseKind.Good)]
    public async Task A_policy_is_made_shown_and_deleted()
    {
        var made = (
            await Keyhold.CallAsync(
                "CreatePolicy",
                ("PolicyName", "shop"),
                ("Description", "for the shop"),
                ("PolicyDocument", Listing)
            )
        ).Ok();
        Assert.Equal("v1", Text(made.Json.GetProperty("Policy"), "DefaultVersion"));
        var got = (await GetAsync("shop")).Ok().Json;
        Assert.Equal(
            ("shop", "Custom", "for the shop"),
            (
                Text(got.GetProperty("Policy"), "PolicyName"),
                Text(got.GetProperty("Policy"), "PolicyType"),
                Text(got.GetProperty("Policy"), "Description")
            )
        );
        Assert.Equal(Listing, Text(got.GetProperty("DefaultPolicyVersion"), "PolicyDocument"));
        Assert.Equal(0, got.GetProperty("Policy").GetProperty("AttachmentCount").GetInt32());
        (await DeleteAsync("shop")).Ok();
        (await GetAsync("shop")).Refused(404, "EntityNotExist.Policy", "shop");
        (await DeleteAsync("shop")).Refused(404, "EntityNotExist.Policy", "shop");
    }

    [Fact]
    [Case("CreatePolicyVersion", CaseKind.Good)]
    [Case("GetPolicyVersion", CaseKind.Good)]
    [Case("ListPolicyVersions", CaseKind.Good)]
    [Case("SetDefaultPolicyVersion", CaseKind.Good)]
    [Case("DeletePolicyVersion", CaseKind.Good)]
    public async Task Versions_are_added_put_in_force_at_once_and_deleted()
    {
        var alice = await Scenario.UserAsync("alice", Scenario.Statement("Allow", "kms:ListCertificates", "*"));
        const string policy = "alice-policy";
        (await ListCertificatesAsync(alice)).Ok();

        var added = (await AddVersionAsync(policy, Creating)).Ok().Json.GetProperty("PolicyVersion");
        Assert.Equal(("v2", false), (Text(added, "VersionId"), added.GetProperty("IsDefaultVersion").GetBoolean()));
        (await ListCertificatesAsync(alice)).Ok();
        (await SetDefaultAsync(policy, "v2")).Ok();
        (await ListCertificatesAsync(alice)).Refused(403, "Forbidden.NoPermission");
        (await AddVersionAsync(policy, Listing, ("SetAsDefault", "true"))).Ok();
        (await ListCertificatesAsync(alice)).Ok();

        Assert.Equal(["v1", "v2", "v3"], await VersionsAsync(policy));
        var second = (await VersionAsync("GetPolicyVersion", policy, "v2")).Ok().Json.GetProperty("PolicyVersion");
        Assert.Equal(Creating, Text(second, "PolicyDocument"));
        (await VersionAsync("DeletePolicyVersion", policy, "v3")).Refused(
            409,
            "DeleteConflict.Policy.Version.Default",
            "SetDefaultPolicyVersion"
        );
        (await VersionAsync("DeletePolicyVersion", policy, "v2")).Ok();
        (await VersionAsync("DeletePolicyVersion", policy, "v2")).Refused(
            404,
            "EntityNotExist.Policy.Version",
            "v1, v3"
        );
        (await AddVersionAsync(policy, Creating)).Ok();
        Assert.Equal(["v1", "v3", "v4"], await VersionsAsync(policy));
    }

    [Fact]
    public async Task There_are_five_versions_and_a_sixth_only_when_the_oldest_may_go()
    {
        (await CreateAsync("shop", Listing)).Ok();
        for (var at = 2; at <= 5; at++)
        {
            (await AddVersionAsync("shop", Listing)).Ok();
        }

        (await AddVersionAsync("shop", Listing)).Refused(409, "LimitExceeded.Policy.Version", "5", "RotateStrategy");
        (await AddVersionAsync("shop", Listing, ("RotateStrategy", "None"))).Refused(
            409,
            "LimitExceeded.Policy.Version"
        );
        (
            await AddVersionAsync(
                "shop",
                Creating,
                ("RotateStrategy", "DeleteOldestNonDefaultVersionWhenLimitExceeded")
            )
        ).Ok();
        Assert.Equal(["v1", "v3", "v4", "v5", "v6"], await VersionsAsync("shop"));
    }

    [Fact]
    public async Task A_policy_that_is_used_or_has_versions_is_not_deleted()
    {
        await Scenario.UserAsync("alice", Scenario.Statement("Allow", "kms:*", "*"));
        (await DeleteAsync("alice-policy")).Refused(409, "DeleteConflict.Policy.User", "alice-policy");
        (await CreateAsync("shop", Listing)).Ok();
        (await AddVersionAsync("shop", Listing)).Ok();
        (await DeleteAsync("shop")).Refused(409, "DeleteConflict.Policy.Version", "shop");
    }

    [Theory]
    [InlineData("shop")]
    [InlineData("SHOP")]
    [InlineData("AliyunKMSFullAccess")]
    [InlineData("aliyunkmsfullaccess")]
    public async Task A_name_that_is_taken_is_refused_in_any_case_built_in_ones_too(string name)
    {
        (await CreateAsync("shop", Listing)).Ok();
        (await CreateAsync(name, Listing)).Refused(409, "EntityAlreadyExists.Policy", name);
    }

    [Theory]
    [InlineData("CreatePolicyVersion")]
    [InlineData("DeletePolicy")]
    [InlineData("DeletePolicyVersion")]
    [InlineData("SetDefaultPolicyVersion")]
    public async Task Built_in_policies_are_never_changed(string action) =>
        (
            await Keyhold.CallAsync(
                action,
                ("PolicyName", "AliyunKMSFullAccess"),
                ("PolicyType", "System"),
                ("PolicyDocument", Listing),
                ("VersionId", "v1")
            )
        ).Refused(404, "EntityNotExist.Policy");

    [Fact]
    [Case("ListPolicies", CaseKind.Good)]
    public async Task Policies_are_listed_by_type_and_page_with_their_users()
    {
        await Scenario.UserAsync("bob", Scenario.Statement("Allow", "kms:*", "*"));
        await Scenario.AttachAsync("bob", "System", "KeyholdCertificateSigner");
        (await CreateAsync("another", Listing)).Ok();
        string[] all =
        [
            "System AliyunKMSFullAccess 0",
            "System AliyunKMSReadOnlyAccess 0",
            "System KeyholdCertificateSigner 1",
            "Custom another 0",
            "Custom bob-policy 1",
        ];
        Assert.Equal(all, Listed((await Keyhold.CallAsync("ListPolicies")).Ok()));
        Assert.Equal(all[..3], Listed((await Keyhold.CallAsync("ListPolicies", ("PolicyType", "System"))).Ok()));
        Assert.Equal(all[3..], Listed((await Keyhold.CallAsync("ListPolicies", ("PolicyType", "Custom"))).Ok()));

        foreach (var size in new[] { 1, 2, 3, 4 })
        {
            var seen = new List<string>();
            string? marker = null;
            do
            {
                var page = (await Keyhold.CallAsync("ListPolicies", ("MaxItems", $"{size}"), ("Marker", marker))).Ok();
                seen.AddRange(Listed(page));
                marker = page.Has("Marker") ? page["Marker"] : null;
            } while (marker is not null);

            Assert.Equal(all, seen);
        }
    }

    [Theory]
    [InlineData("{\"Version\":\"1\"}", "The document", "no Statement")]
    [InlineData("{\"Version\":\"1\",\"Statement\":[{\"Effect\":\"Permit\"}]}", "Statement[0].Effect", "Permit")]
    [InlineData("not json", "JSON")]
    [Case("CreatePolicy", CaseKind.BadParameter)]
    [Case("CreatePolicyVersion", CaseKind.BadParameter)]
    public async Task A_bad_document_is_refused_with_the_place_and_the_reason(string document, params string[] parts)
    {
        (await CreateAsync("shop", document)).Refused(400, "MalformedPolicyDocument", parts);
        (await GetAsync("shop")).Refused(404, "EntityNotExist.Policy");
        (await AddVersionAsync("shop", document)).Refused(400, "MalformedPolicyDocument", parts);
    }

    [Theory]
    [InlineData("CreatePolicy")]
    [InlineData("GetPolicy")]
    [InlineData("DeletePolicy")]
    [InlineData("CreatePolicyVersion")]
    [InlineData("GetPolicyVersion")]
    [InlineData("ListPolicyVersions")]
    [InlineData("DeletePolicyVersion")]
    [InlineData("SetDefaultPolicyVersion")]
    [Case("GetPolicy", CaseKind.BadParameter)]
    [Case("DeletePolicy", CaseKind.BadParameter)]
    [Case("GetPolicyVersion", CaseKind.BadParameter)]
    [Case("ListPolicyVersions", CaseKind.BadParameter)]
    [Case("DeletePolicyVersion", CaseKind.BadParameter)]
    [Case("SetDefaultPolicyVersion", CaseKind.BadParameter)]
    public async Task A_name_that_no_policy_can_have_is_refused(string action)
    {
        (await CallAsync(null)).Refused(400, "MissingParameter", "PolicyName");
        foreach (var name in new[] { "a b", "a_b", "a.b", "ä", "*", new string('a', 129) })
        {
            (await CallAsync(name)).Refused(400, "InvalidParameter", "PolicyName", "128");
        }

        Task<TestReply> CallAsync(string? name) =>
            Keyhold.CallAsync(
                action,
                ("PolicyName", name),
                ("PolicyType", "Custom"),
                ("PolicyDocument", Listing),
                ("VersionId", "v1")
            );
    }

    [Theory]
    [InlineData("1")]
    [InlineData("v")]
    [InlineData("v0")]
    [InlineData("v01")]
    [InlineData("V1")]
    [InlineData("v-1")]
    [InlineData("v99999999999")]
    public async Task A_text_that_is_no_version_is_refused(string version)
    {
        foreach (var action in new[] { "GetPolicyVersion", "DeletePolicyVersion", "SetDefaultPolicyVersion" })
        {
            (await VersionAsync(action, "shop", version)).Refused(400, "InvalidParameter", "VersionId", "v1");
        }
    }

    [Fact]
    [Case("ListPolicies", CaseKind.BadParameter)]
    public async Task Types_strategies_and_descriptions_are_checked()
    {
        (await Keyhold.CallAsync("ListPolicies", ("PolicyType", "custom"))).Refused(
            400,
            "InvalidParameter",
            "PolicyType"
        );
        (await AddVersionAsync("shop", Listing, ("RotateStrategy", "Never"))).Refused(
            400,
            "InvalidParameter",
            "RotateStrategy"
        );
        (await AddVersionAsync("shop", Listing, ("SetAsDefault", "maybe"))).Refused(
            400,
            "InvalidParameter",
            "SetAsDefault"
        );
        (
            await Keyhold.CallAsync(
                "CreatePolicy",
                ("PolicyName", "shop"),
                ("PolicyDocument", Listing),
                ("Description", new string('x', 1_025))
            )
        ).Refused(400, "InvalidParameter", "Description", "1024");
    }

    private Task<TestReply> CreateAsync(string name, string document) =>
        Keyhold.CallAsync("CreatePolicy", ("PolicyName", name), ("PolicyDocument", document));

    private Task<TestReply> GetAsync(string name) =>
        Keyhold.CallAsync("GetPolicy", ("PolicyName", name), ("PolicyType", "Custom"));

    private Task<TestReply> DeleteAsync(string name) => Keyhold.CallAsync("DeletePolicy", ("PolicyName", name));

    private Task<TestReply> AddVersionAsync(string name, string document, params (string, string?)[] more) =>
        Keyhold.CallAsync("CreatePolicyVersion", [("PolicyName", name), ("PolicyDocument", document), .. more]);

    private Task<TestReply> SetDefaultAsync(string name, string version) =>
        VersionAsync("SetDefaultPolicyVersion", name, version);

    private Task<TestReply> VersionAsync(string action, string name, string version) =>
        Keyhold.CallAsync(action, ("PolicyName", name), ("PolicyType", "Custom"), ("VersionId", version));

    private async Task<IEnumerable<string>> VersionsAsync(string name) =>
        (await Keyhold.CallAsync("ListPolicyVersions", ("PolicyName", name), ("PolicyType", "Custom")))
            .Ok()
            .Json.GetProperty("PolicyVersions")
            .GetProperty("PolicyVersion")
            .EnumerateArray()
            .Select(version => Text(version, "VersionId"));

    private Task<TestReply> ListCertificatesAsync(TestUser user) =>
        Keyhold.CallAsync(user.AccessKeyId, user.Secret, "ListCertificates");

    private static IEnumerable<string> Listed(TestReply reply) =>
        reply
            .Json.GetProperty("Policies")
            .GetProperty("Policy")
            .EnumerateArray()
            .Select(policy =>
                $"{Text(policy, "PolicyType")} {Text(policy, "PolicyName")} {policy.GetProperty("AttachmentCount").GetInt32()}"
            );

    private static string Text(JsonElement fields, string name) => fields.GetProperty(name).GetString()!;
}
