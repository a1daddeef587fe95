using System.Text.Json;
using System.Text.RegularExpressions;
using Keyhold.Server.Access.Policies;
using Keyhold.Server.Tests.Laws;

namespace Keyhold.Server.Tests.Access.Policies;

public partial class BuiltInPoliciesTests
{
    [Fact]
    public void The_table_in_access_md_shows_what_they_say()
    {
        var rows = Row()
            .Matches(File.ReadAllText(Repository.PathOf("docs", "access.md")))
            .Select(row => row.Groups["name"].Value + row.Groups["rest"].Value);
        var written = BuiltInPolicies.All.Select(policy =>
        {
            var statement = JsonDocument.Parse(policy.Versions[0].Document).RootElement.GetProperty("Statement");
            Assert.Equal(1, statement.GetArrayLength());
            Assert.Equal("Allow", statement[0].GetProperty("Effect").GetString());
            return $"{policy.PolicyName} | {Texts(statement[0].GetProperty("Action"))} | {Texts(statement[0].GetProperty("Resource"))} |";
        });
        Assert.Equal(written, rows);
    }

    [Fact]
    public void None_gives_a_right_to_users_keys_or_policies()
    {
        foreach (var policy in BuiltInPolicies.All)
        {
            var compiled = BuiltInPolicies.Compiled(policy.PolicyName)!;
            var facts = new AccessFacts("ram:AttachPolicyToUser", "acs:ram::1:user/a");
            Assert.Equal(PolicyVerdict.ImplicitDeny, PolicyEvaluator.Decide([compiled], facts).Verdict);
        }
    }

    [Theory]
    [InlineData("CertificatePrivateKeySign")]
    [InlineData("CertificatePrivateKeyDecrypt")]
    [InlineData("ExportCertificate")]
    [InlineData("DeleteCertificate")]
    [InlineData("TagResource")]
    [InlineData("CreateCertificate")]
    public void Reading_is_neither_using_a_key_nor_changing_anything(string action)
    {
        var readOnly = BuiltInPolicies.Compiled("AliyunKMSReadOnlyAccess")!;
        Assert.Equal(
            PolicyVerdict.ImplicitDeny,
            PolicyEvaluator.Decide([readOnly], new AccessFacts("kms:" + action, "acs:kms:r:1:certificate/a")).Verdict
        );
    }

    private static string Texts(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array
            ? string.Join(", ", element.EnumerateArray().Select(text => $"`{text.GetString()}`"))
            : $"`{element.GetString()}`";

    [GeneratedRegex(
        @"^\| (?<name>AliyunKMS\w+|Keyhold\w+)(?<rest> \| .*\|)$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5_000
    )]
    private static partial Regex Row();
}
