using Keyhold.Server.Tests.Storage;

namespace Keyhold.Server.Tests.Operations.Tags;

public abstract class TagTests(DatabaseKind kind) : OperationTest(kind)
{
    public sealed class OnSqlite() : TagTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : TagTests(DatabaseKind.Postgres);

    [Fact]
    [Case("TagResource", CaseKind.Good)]
    [Case("UntagResource", CaseKind.Good)]
    public async Task Tags_are_added_replaced_removed_and_shown()
    {
        var (id, _) = await Scenario.CreateAsync();
        await TagAsync(id, """[{"TagKey":"env","TagValue":"dev"},{"TagKey":"团队","TagValue":"支付"}]""");
        await TagAsync(id, """[{"TagKey":"env","TagValue":"prod"}]""");
        Assert.Equal(
            """[{"TagKey":"团队","TagValue":"支付"},{"TagKey":"env","TagValue":"prod"}]""",
            (await Scenario.DescribeAsync(id))["Tags"]
        );

        (await Keyhold.CallAsync("UntagResource", ("CertificateId", id), ("TagKeys", """["env","absent"]"""))).Ok();
        Assert.Equal("""[{"TagKey":"团队","TagValue":"支付"}]""", (await Scenario.DescribeAsync(id))["Tags"]);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("""[{"TagKey":"","TagValue":"v"}]""")]
    [InlineData("""[{"TagKey":"acs:x","TagValue":"v"}]""")]
    [InlineData("""[{"TagKey":"aliyun","TagValue":"v"}]""")]
    [InlineData("""[{"TagKey":"a!","TagValue":"v"}]""")]
    [InlineData("""[{"TagKey":"a","TagValue":"1"},{"TagKey":"a","TagValue":"2"}]""")]
    [Case("TagResource", CaseKind.BadParameter)]
    public async Task Bad_tags_are_refused(string tags)
    {
        var (id, _) = await Scenario.CreateAsync();
        (await Keyhold.CallAsync("TagResource", ("CertificateId", id), ("Tags", tags))).Refused(
            400,
            "InvalidParameter",
            "Tags"
        );
    }

    [Fact]
    [Case("UntagResource", CaseKind.BadParameter)]
    public async Task Exactly_one_target_is_needed()
    {
        (await Keyhold.CallAsync("UntagResource", ("TagKeys", """["a"]"""))).Refused(400, "MissingParameter");
        (await Keyhold.CallAsync("UntagResource", ("KeyId", "k"), ("TagKeys", """["a"]"""))).Refused(
            400,
            "InvalidParameter",
            "KeyId"
        );
        (
            await Keyhold.CallAsync(
                "UntagResource",
                ("KeyId", "k"),
                ("CertificateId", Scenario.OtherId),
                ("TagKeys", """["a"]""")
            )
        ).Refused(400, "InvalidParameter", "exactly one");
    }

    [Fact]
    public async Task A_certificate_holds_20_tags_at_most()
    {
        var (id, _) = await Scenario.CreateAsync();
        await TagAsync(id, TagsFrom(0));
        await TagAsync(id, TagsFrom(10));
        (
            await Keyhold.CallAsync(
                "TagResource",
                ("CertificateId", id),
                ("Tags", """[{"TagKey":"more","TagValue":"v"}]""")
            )
        ).Refused(400, "Rejected.LimitExceeded", "20");
    }

    private static string TagsFrom(int first) =>
        $"[{string.Join(',', Enumerable.Range(first, 10).Select(i => $$"""{"TagKey":"k{{i}}","TagValue":"v"}"""))}]";

    private async Task TagAsync(string id, string tags) =>
        (await Keyhold.CallAsync("TagResource", ("CertificateId", id), ("Tags", tags))).Ok();
}
