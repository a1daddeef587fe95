using System.Text.Json;

namespace Keyhold.Server.Tests.Cli;

public class AccessKeyCommandTests
{
    [Fact]
    public async Task An_access_key_is_made_disabled_enabled_and_deleted_over_the_endpoint()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var (id, secret) = await CreateAsync(cli);
        Assert.Contains(id, (await cli.RunAsync("access-key", "list")).Succeeded().Output, StringComparison.Ordinal);

        await AsAsync(cli, id, secret, () => cli.RunAsync("cert", "list"), run => run.Succeeded());
        (await cli.RunAsync("access-key", "disable", id)).Succeeded();
        await AsAsync(
            cli,
            id,
            secret,
            () => cli.RunAsync("cert", "list"),
            run => run.WasRefused("Forbidden.AccessKey")
        );
        (await cli.RunAsync("access-key", "enable", id)).Succeeded();
        await AsAsync(cli, id, secret, () => cli.RunAsync("cert", "list"), run => run.Succeeded());
        (await cli.RunAsync("access-key", "delete", id)).Succeeded();
        await AsAsync(
            cli,
            id,
            secret,
            () => cli.RunAsync("cert", "list"),
            run => run.WasRefused("InvalidAccessKeyId.NotFound")
        );
    }

    [Fact]
    public async Task An_access_key_is_made_on_the_folder_of_a_stopped_server_and_works_after_its_start()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        await cli.StopAsync();
        string[] offline = ["--data", cli.DataFolder];
        var (id, secret) = await CreateAsync(cli, offline);
        (await cli.RunAsync(["access-key", "disable", CliUnderTest.AccessKeyId, .. offline])).Succeeded();
        var listed = (await cli.RunAsync(["access-key", "list", .. offline])).Succeeded().Output;
        Assert.Contains(id, listed, StringComparison.Ordinal);
        Assert.Contains("Inactive", listed, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, listed, StringComparison.Ordinal);

        await cli.StartAsync();
        (await cli.RunAsync("cert", "list")).WasRefused("Forbidden.AccessKey");
        await AsAsync(cli, id, secret, () => cli.RunAsync("cert", "list"), run => run.Succeeded());
    }

    [Fact]
    public async Task The_JSON_of_a_stopped_folder_has_the_shape_of_the_APIs()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var online = Names((await cli.RunAsync("access-key", "list", "--json")).Succeeded().Json);
        await cli.StopAsync();
        var offline = Names(
            (await cli.RunAsync("access-key", "list", "--json", "--data", cli.DataFolder)).Succeeded().Json
        );
        Assert.Equal(online, offline);
    }

    [Fact]
    public async Task The_folder_of_a_running_server_is_refused()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        (await cli.RunAsync("access-key", "list", "--data", cli.DataFolder)).WasRefused(cli.DataFolder, "in use");
    }

    [Fact]
    public async Task A_folder_that_is_not_prepared_is_refused_with_the_command_that_prepares_it()
    {
        await using var cli = new CliUnderTest();
        (await cli.RunAsync("access-key", "list", "--data", cli.DataFolder)).WasRefused(cli.DataFolder, "keyhold init");
        Assert.False(Directory.Exists(cli.DataFolder));
    }

    [Theory]
    [InlineData("disable")]
    [InlineData("enable")]
    [InlineData("delete")]
    public async Task An_access_key_that_is_not_there_is_refused(string command)
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        (await cli.RunAsync("access-key", command, "KHnone")).WasRefused(
            "EntityNotExist.User.AccessKey",
            "Request id: "
        );
        await cli.StopAsync();
        (await cli.RunAsync("access-key", command, "KHnone", "--data", cli.DataFolder)).WasRefused("KHnone");
    }

    private static async Task<(string Id, string Secret)> CreateAsync(CliUnderTest cli, params string[] more)
    {
        var key = (await cli.RunAsync(["access-key", "create", "--json", .. more]))
            .Succeeded()
            .Json.GetProperty("AccessKey");
        return (key.GetProperty("AccessKeyId").GetString()!, key.GetProperty("AccessKeySecret").GetString()!);
    }

    private static async Task AsAsync(
        CliUnderTest cli,
        string id,
        string secret,
        Func<Task<CliRun>> run,
        Action<CliRun> check
    )
    {
        cli.Environment["KEYHOLD_ACCESS_KEY_ID"] = id;
        cli.Environment["KEYHOLD_ACCESS_KEY_SECRET"] = secret;
        check(await run());
        cli.Environment["KEYHOLD_ACCESS_KEY_ID"] = CliUnderTest.AccessKeyId;
        cli.Environment["KEYHOLD_ACCESS_KEY_SECRET"] = CliUnderTest.Secret;
    }

    private static string[] Names(JsonElement answer) =>
        [
            .. answer
                .GetProperty("AccessKeys")
                .GetProperty("AccessKey")
                .EnumerateArray()
                .SelectMany(key => key.EnumerateObject().Select(field => field.Name)),
        ];
}
