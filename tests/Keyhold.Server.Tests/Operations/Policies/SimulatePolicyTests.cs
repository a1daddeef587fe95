using Keyhold.Server.Tests.Storage;

namespace Keyhold.Server.Tests.Operations.Policies;

public abstract class SimulatePolicyTests(DatabaseKind kind) : OperationTest(kind)
{
    public sealed class OnSqlite() : SimulatePolicyTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : SimulatePolicyTests(DatabaseKind.Postgres);

    private const string Arn = "acs:kms:cn-hangzhou:1000000000000001:certificate/a";

    [Fact]
    [Case("SimulatePolicy", CaseKind.Good)]
    public async Task The_deciding_statement_is_named()
    {
        await Scenario.UserAsync(
            "alice",
            Scenario.Statement("Allow", "kms:List*", "*"),
            Scenario.Statement("Allow", "kms:Get*", "*", "{\"IpAddress\":{\"acs:SourceIp\":\"10.0.0.0/8\"}}"),
            Scenario.Statement("Deny", "kms:Delete*", "*")
        );
        var allowed = (await SimulateAsync("kms:GetCertificate", ("SourceIp", "10.1.2.3"))).Ok();
        Assert.Equal(
            ("Allow", "alice-policy", "Custom", "v1", 1),
            (
                allowed["Decision"],
                allowed["PolicyName"],
                allowed["PolicyType"],
                allowed["VersionId"],
                allowed.Json.GetProperty("StatementIndex").GetInt32()
            )
        );
        Assert.Contains("Statement[1]", allowed["Reason"], StringComparison.Ordinal);

        var none = (await SimulateAsync("kms:GetCertificate")).Ok();
        Assert.Equal("ImplicitDeny", none["Decision"]);
        Assert.False(none.Has("PolicyName"));
        Assert.Contains("No statement", none["Reason"], StringComparison.Ordinal);

        var denied = (await SimulateAsync("kms:DeleteCertificate")).Ok();
        Assert.Equal(("ExplicitDeny", 2), (denied["Decision"], denied.Json.GetProperty("StatementIndex").GetInt32()));
    }

    [Theory]
    [InlineData("acs:CurrentTime", "DateLessThan", "2020-01-01T00:00:00Z", "CurrentTime", "2019-06-01T00:00:00+08:00")]
    [InlineData("acs:SecureTransport", "Bool", "true", "SecureTransport", "true")]
    [InlineData("acs:UserAgent", "StringLike", "curl*", "SimulatedUserAgent", "curl/8")]
    [InlineData(
        "kms:tag/team",
        "StringEquals",
        "shop",
        "ResourceTags",
        "[{\"TagKey\":\"team\",\"TagValue\":\"shop\"}]"
    )]
    public async Task What_is_given_counts_and_what_is_not_is_missing(
        string key,
        string condition,
        string value,
        string parameter,
        string given
    )
    {
        await Scenario.UserAsync(
            "alice",
            Scenario.Statement("Allow", "*", "*", $"{{\"{condition}\":{{\"{key}\":\"{value}\"}}}}")
        );
        Assert.Equal("ImplicitDeny", (await SimulateAsync("kms:GetCertificate")).Ok()["Decision"]);
        Assert.Equal("Allow", (await SimulateAsync("kms:GetCertificate", (parameter, given))).Ok()["Decision"]);
    }

    [Theory]
    [InlineData("UserName", null, "MissingParameter")]
    [InlineData("SimulatedAction", null, "MissingParameter")]
    [InlineData("SimulatedResource", null, "MissingParameter")]
    [InlineData("SimulatedAction", "GetCertificate", "InvalidParameter")]
    [InlineData("SimulatedAction", "kms:*", "InvalidParameter")]
    [InlineData("SimulatedResource", "certificate/1", "InvalidParameter")]
    [InlineData("SourceIp", "10.0.0.0/8", "InvalidParameter")]
    [InlineData("SourceIp", "ten", "InvalidParameter")]
    [InlineData("CurrentTime", "2026-11-24", "InvalidParameter")]
    [InlineData("SecureTransport", "maybe", "InvalidParameter")]
    [InlineData("ResourceTags", "{", "InvalidParameter")]
    [Case("SimulatePolicy", CaseKind.BadParameter)]
    public async Task Parameters_are_checked(string parameter, string? value, string code)
    {
        var good = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["UserName"] = "alice",
            ["SimulatedAction"] = "kms:GetCertificate",
            ["SimulatedResource"] = Arn,
            [parameter] = value,
        };
        (await Keyhold.CallAsync("SimulatePolicy", [.. good.Select(pair => (pair.Key, pair.Value))])).Refused(
            400,
            code,
            parameter
        );
    }

    [Fact]
    public async Task A_user_that_is_not_there_is_named() =>
        (await SimulateAsync("kms:GetCertificate")).Refused(404, "EntityNotExist.User", "alice");

    private Task<TestReply> SimulateAsync(string action, params (string, string?)[] more) =>
        Keyhold.CallAsync(
            "SimulatePolicy",
            [("UserName", "alice"), ("SimulatedAction", action), ("SimulatedResource", Arn), .. more]
        );
}
