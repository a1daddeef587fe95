using Keyhold.Server.Tests.Storage;

namespace Keyhold.Server.Tests.Operations.AccessKeys;

public abstract class UserAccessKeyTests(DatabaseKind kind) : OperationTest(kind)
{
    public sealed class OnSqlite() : UserAccessKeyTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : UserAccessKeyTests(DatabaseKind.Postgres);

    [Fact]
    public async Task A_user_has_two_active_keys_at_most_and_any_number_of_disabled_ones_within_reason()
    {
        var first = await Scenario.UserAsync("alice");
        await Scenario.KeyAsync("alice");
        (await CreateAsync("alice")).Refused(409, "LimitExceeded.User.AccessKey", "alice", "2");
        (await UpdateAsync("alice", first.AccessKeyId, "Inactive")).Ok();
        await Scenario.KeyAsync("alice");
        (await UpdateAsync("alice", first.AccessKeyId, "Active")).Refused(409, "LimitExceeded.User.AccessKey");
        Assert.Equal(3, await CountAsync("alice"));
    }

    [Fact]
    public async Task The_disabled_ones_are_bounded_too()
    {
        await Scenario.UserAsync("alice");
        for (var at = 1; at < 100; at++)
        {
            var key = await Scenario.KeyAsync("alice");
            (await UpdateAsync("alice", key.AccessKeyId, "Inactive")).Ok();
        }

        (await CreateAsync("alice")).Refused(409, "LimitExceeded.User.AccessKey", "100");
    }

    [Fact]
    public async Task The_root_has_no_limit()
    {
        for (var at = 0; at < 5; at++)
        {
            (await Keyhold.CallAsync("CreateAccessKey")).Ok();
        }
    }

    [Theory]
    [InlineData("CreateAccessKey")]
    [InlineData("ListAccessKeys")]
    public async Task A_user_that_is_not_there_has_no_keys(string action) =>
        (await Keyhold.CallAsync(action, ("UserName", "nobody"))).Refused(404, "EntityNotExist.User", "nobody");

    [Fact]
    public async Task Without_UserName_a_users_own_keys_are_meant()
    {
        var alice = await Scenario.UserAsync(
            "alice",
            Scenario.Statement("Allow", "ram:*AccessKey*", "acs:ram:*:*:user/alice")
        );
        var made = (await Keyhold.CallAsync(alice.AccessKeyId, alice.Secret, "CreateAccessKey")).Ok();
        var id = made.Json.GetProperty("AccessKey").GetProperty("AccessKeyId").GetString()!;
        Assert.Equal(2, await CountAsync("alice"));
        var listed = (await Keyhold.CallAsync(alice.AccessKeyId, alice.Secret, "ListAccessKeys")).Ok();
        Assert.Contains(id, listed.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(KeyholdUnderTest.AccessKeyId, listed.Text, StringComparison.Ordinal);
        (await Keyhold.CallAsync(alice.AccessKeyId, alice.Secret, "DeleteAccessKey", ("UserAccessKeyId", id))).Ok();
        (
            await Keyhold.CallAsync(
                alice.AccessKeyId,
                alice.Secret,
                "DeleteAccessKey",
                ("UserAccessKeyId", KeyholdUnderTest.AccessKeyId)
            )
        ).Refused(404, "EntityNotExist.User.AccessKey");
        (await Keyhold.CallAsync(alice.AccessKeyId, alice.Secret, "ListAccessKeys", ("UserName", "bob"))).Refused(
            403,
            "Forbidden.NoPermission",
            "user/bob"
        );
    }

    [Fact]
    public async Task A_key_is_changed_only_together_with_its_owner()
    {
        var alice = await Scenario.UserAsync("alice");
        await Scenario.UserAsync("bob");
        foreach (var owner in new[] { null, "bob" })
        {
            (await UpdateAsync(owner, alice.AccessKeyId, "Inactive")).Refused(
                404,
                "EntityNotExist.User.AccessKey",
                alice.AccessKeyId,
                "UserName"
            );
        }

        (await UpdateAsync(null, "<script>", "Inactive")).Refused(404, "EntityNotExist.User.AccessKey", "of this id");
        (await UpdateAsync("alice", alice.AccessKeyId, "Inactive")).Ok();
        (await Keyhold.CallAsync(alice.AccessKeyId, alice.Secret, "DescribeRegions")).Refused(
            403,
            "Forbidden.AccessKey"
        );
    }

    [Fact]
    [Case("GetAccessKeyLastUsed", CaseKind.Good)]
    public async Task The_last_use_is_told_before_and_after_it_is_written()
    {
        var alice = await Scenario.UserAsync("alice");
        var never = (await LastUsedAsync(alice)).Ok().Json.GetProperty("AccessKeyLastUsed");
        Assert.Empty(never.EnumerateObject());

        Keyhold.Origin = new(System.Net.IPAddress.Parse("10.1.2.3"), IsSecure: true);
        (await Keyhold.CallAsync(alice.AccessKeyId, alice.Secret, "ListCertificates")).Refused(
            403,
            "Forbidden.NoPermission"
        );
        const string expected =
            """{"LastUsedDate":"2026-11-24T12:00:00Z","LastUsedAction":"kms:ListCertificates","LastUsedSource":"10.1.2.3"}""";
        Assert.Equal(expected, (await LastUsedAsync(alice)).Json.GetProperty("AccessKeyLastUsed").GetRawText());
        await Keyhold.Parts.Account.FlushAsync(CancellationToken.None);
        Assert.Equal(expected, (await LastUsedAsync(alice)).Json.GetProperty("AccessKeyLastUsed").GetRawText());
    }

    [Fact]
    [Case("GetAccessKeyLastUsed", CaseKind.BadParameter)]
    public async Task The_key_whose_last_use_is_asked_for_must_be_named_and_be_there()
    {
        (await Keyhold.CallAsync("GetAccessKeyLastUsed")).Refused(400, "MissingParameter", "UserAccessKeyId");
        (await Keyhold.CallAsync("GetAccessKeyLastUsed", ("UserAccessKeyId", "KHnone"))).Refused(
            404,
            "EntityNotExist.User.AccessKey",
            "KHnone"
        );
    }

    [Fact]
    public async Task A_wrong_signature_and_a_disabled_key_are_no_use()
    {
        var alice = await Scenario.UserAsync("alice");
        (await Keyhold.CallAsync(alice.AccessKeyId, "wrong", "ListCertificates")).Refused(400, "SignatureDoesNotMatch");
        (await UpdateAsync("alice", alice.AccessKeyId, "Inactive")).Ok();
        (await Keyhold.CallAsync(alice.AccessKeyId, alice.Secret, "ListCertificates")).Refused(
            403,
            "Forbidden.AccessKey"
        );
        Assert.Empty((await LastUsedAsync(alice)).Ok().Json.GetProperty("AccessKeyLastUsed").EnumerateObject());
    }

    private Task<TestReply> CreateAsync(string user) => Keyhold.CallAsync("CreateAccessKey", ("UserName", user));

    private Task<TestReply> UpdateAsync(string? user, string id, string status) =>
        Keyhold.CallAsync("UpdateAccessKey", ("UserName", user), ("UserAccessKeyId", id), ("Status", status));

    private Task<TestReply> LastUsedAsync(TestUser user) =>
        Keyhold.CallAsync("GetAccessKeyLastUsed", ("UserName", user.Name), ("UserAccessKeyId", user.AccessKeyId));

    private async Task<int> CountAsync(string user) =>
        (await Keyhold.CallAsync("ListAccessKeys", ("UserName", user)))
            .Ok()
            .Json.GetProperty("AccessKeys")
            .GetProperty("AccessKey")
            .GetArrayLength();
}
