namespace Keyhold.Server.Tests.Cli;

public class AccountCommandTests
{
    private const string Listing =
        """{"Version":"1","Statement":[{"Effect":"Allow","Action":"kms:ListCertificates","Resource":"*"}]}""";

    private const string Nothing = """{"Version":"1","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}""";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_user_gets_a_key_and_a_policy_and_loses_both_on_a_server_and_on_a_stopped_folder(bool offline)
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        string[] place = offline ? ["--data", cli.DataFolder] : [];
        if (offline)
        {
            await cli.StopAsync();
        }

        var document = cli.Write("listing.json", Listing);
        await SucceedsAsync("alice is created.", "user", "create", "alice", "--display-name", "Alice A.");
        var key = (await cli.RunAsync(["access-key", "create", "--user", "alice", "--json", .. place]))
            .Succeeded()
            .Json.GetProperty("AccessKey");
        var id = key.GetProperty("AccessKeyId").GetString()!;
        await SucceedsAsync("listing is created.", "policy", "create", "listing", "--document", document);
        await SucceedsAsync("listing is attached to alice.", "policy", "attach", "listing", "--user", "alice");
        await SucceedsAsync(
            "AliyunKMSFullAccess is attached to alice.",
            "policy",
            "attach",
            "AliyunKMSFullAccess",
            "--user",
            "alice"
        );
        await SucceedsAsync("alice", "user", "list");
        await SucceedsAsync(id + " Active", "user", "show", "alice");
        await SucceedsAsync("listing (Custom, v1)", "user", "show", "alice");
        await SucceedsAsync("never", "access-key", "last-used", id, "--user", "alice");
        await SucceedsAsync("listing", "policy", "list");
        await SucceedsAsync(Listing, "policy", "show", "listing");
        await SucceedsAsync("kms:*", "policy", "show", "AliyunKMSFullAccess");
        await SucceedsAsync(
            "Allow",
            "policy",
            "simulate",
            "--user",
            "alice",
            "--action",
            "kms:ListCertificates",
            "--resource",
            "*"
        );
        await SucceedsAsync(
            "v2 of listing is in force.",
            "policy",
            "update",
            "listing",
            "--document",
            cli.Write("nothing.json", Nothing)
        );
        var denied = await cli.RunAsync([
            "policy",
            "simulate",
            "--user",
            "alice",
            "--action",
            "kms:ListCertificates",
            "--resource",
            "*",
            .. place,
        ]);
        Assert.Equal(1, denied.ExitCode);
        Assert.Contains("ExplicitDeny", denied.Output, StringComparison.Ordinal);

        (await cli.RunAsync(["policy", "delete", "listing", .. place])).WasRefused("DeleteConflict.Policy.User");
        await SucceedsAsync("v1, v2", "policy", "show", "listing");
        await SucceedsAsync("listing is detached from alice.", "policy", "detach", "listing", "--user", "alice");
        await SucceedsAsync("listing is deleted.", "policy", "delete", "listing");
        (await cli.RunAsync(["user", "delete", "alice", .. place])).WasRefused("DeleteConflict.User.AccessKey");
        await SucceedsAsync($"{id} is disabled.", "access-key", "disable", id, "--user", "alice");
        await SucceedsAsync("Inactive", "access-key", "list", "--user", "alice");
        await SucceedsAsync($"{id} is deleted.", "access-key", "delete", id, "--user", "alice");
        await SucceedsAsync("detached", "policy", "detach", "AliyunKMSFullAccess", "--user", "alice");
        await SucceedsAsync("alice is deleted.", "user", "delete", "alice");

        async Task SucceedsAsync(string expected, params string[] words)
        {
            var run = (await cli.RunAsync([.. words, .. place])).Succeeded();
            Assert.Contains(expected, run.Output + run.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_key_is_rotated_and_the_old_one_disabled_now_or_later(bool disableOld)
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        (await cli.RunAsync("user", "create", "alice")).Succeeded();
        var old = (await cli.RunAsync("access-key", "create", "--user", "alice", "--json"))
            .Succeeded()
            .Json.GetProperty("AccessKey")
            .GetProperty("AccessKeyId")
            .GetString()!;
        string[] more = disableOld ? ["--disable-old"] : [];
        var rotated = (await cli.RunAsync(["access-key", "rotate", old, "--user", "alice", .. more])).Succeeded();
        Assert.Contains("Secret", rotated.Output, StringComparison.Ordinal);
        Assert.Contains(
            disableOld ? $"{old} is disabled" : $"access-key disable {old}",
            rotated.Error,
            StringComparison.Ordinal
        );
        var listed = (await cli.RunAsync("access-key", "list", "--user", "alice")).Succeeded().Output;
        Assert.Equal(disableOld, listed.Contains("Inactive", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_rotation_of_a_key_that_is_not_there_makes_none()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        (await cli.RunAsync("user", "create", "alice")).Succeeded();
        (await cli.RunAsync("access-key", "rotate", "KHnone", "--user", "alice")).WasRefused(
            "EntityNotExist.User.AccessKey"
        );
        var keys = (await cli.RunAsync("access-key", "list", "--user", "alice", "--json"))
            .Succeeded()
            .Json.GetProperty("AccessKeys")
            .GetProperty("AccessKey");
        Assert.Equal(0, keys.GetArrayLength());
    }

    [Fact]
    public async Task A_bad_document_is_refused_with_its_place()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var document = cli.Write("bad.json", Listing.Replace("Allow", "allow", StringComparison.Ordinal));
        (await cli.RunAsync("policy", "create", "bad", "--document", document)).WasRefused(
            "MalformedPolicyDocument",
            "Statement[0].Effect"
        );
    }

    [Fact]
    public async Task Conditions_can_be_simulated()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var document = cli.Write(
            "conditional.json",
            """
            {"Version":"1","Statement":[{"Effect":"Allow","Action":"kms:*","Resource":"*","Condition":{
                "IpAddress":{"acs:SourceIp":"10.0.0.0/8"},"Bool":{"acs:SecureTransport":"true"},
                "StringEquals":{"kms:tag/team":"shop"},"StringLike":{"acs:UserAgent":"x*"},
                "DateLessThan":{"acs:CurrentTime":"2026-01-01T00:00:00Z"}}}]}
            """
        );
        (await cli.RunAsync("user", "create", "alice")).Succeeded();
        (await cli.RunAsync("policy", "create", "conditional", "--document", document)).Succeeded();
        (await cli.RunAsync("policy", "attach", "conditional", "--user", "alice")).Succeeded();
        string[] simulate =
        [
            "policy",
            "simulate",
            "--user",
            "alice",
            "--action",
            "kms:GetCertificate",
            "--resource",
            "acs:kms:cn-hangzhou:1000000000000001:certificate/a",
        ];
        Assert.Equal(1, (await cli.RunAsync(simulate)).ExitCode);
        string[] facts =
        [
            "--source-ip",
            "10.1.2.3",
            "--secure",
            "true",
            "--tag",
            "team=shop",
            "--user-agent",
            "xyz",
            "--time",
            "2025-01-01T00:00:00Z",
        ];
        (await cli.RunAsync([.. simulate, .. facts])).Succeeded();
        Assert.Equal(2, (await cli.RunAsync([.. simulate, "--tag", "team"])).ExitCode);
    }
}
