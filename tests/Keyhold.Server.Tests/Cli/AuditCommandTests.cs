namespace Keyhold.Server.Tests.Cli;

/// <summary>audit verify, query, export and key, on the folder of a running and of a stopped server.</summary>
public class AuditCommandTests
{
    [Fact]
    public async Task Verify_says_intact_for_a_running_and_a_stopped_server_and_exits_0()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        (await cli.RunAsync("access-key", "list")).Succeeded();
        Assert.Contains("✓ intact", (await VerifyAsync(cli)).Succeeded().Output, StringComparison.Ordinal);
        await cli.StopAsync();
        var run = (await VerifyAsync(cli)).Succeeded();
        Assert.Contains("Audit key  sha256:", run.Output, StringComparison.Ordinal);
        Assert.Contains(" in 1 segment\n", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("not yet signed", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_names_file_line_sequence_and_reason_and_exits_1()
    {
        await using var cli = await StoppedAsync();
        var file = Segment(cli);
        await File.WriteAllTextAsync(
            file,
            (await File.ReadAllTextAsync(file)).Replace("ListAccessKeys", "ListAccessKeyz", StringComparison.Ordinal)
        );
        var run = await VerifyAsync(cli);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("✗ tampered with", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"✗ node-1-0000000000000001\.jsonl, line \d+, sequence \d+: its previousHash", run.Output);

        var json = await cli.RunAsync("audit", "verify", cli.DataFolder, "--json");
        Assert.Equal(1, json.ExitCode);
        Assert.False(json.Json.GetProperty("Intact").GetBoolean());
        Assert.True(json.Json.GetProperty("Findings")[0].GetProperty("Line").GetInt64() > 1);
    }

    [Fact]
    public async Task A_private_key_given_by_mistake_on_a_stopped_folder_is_named_and_kept_nowhere()
    {
        const string key = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEICanary\n-----END PRIVATE KEY-----\n";
        await using var cli = await StoppedAsync();
        var file = cli.Write("shop.json", key);
        var run = await cli.RunAsync("policy", "create", "shop", "--document", file, "--data", cli.DataFolder);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("PolicyDocument", run.Error, StringComparison.Ordinal);
        Assert.Contains("private key", run.Error, StringComparison.Ordinal);
        var trail = await File.ReadAllTextAsync(Segment(cli));
        Assert.Contains("CreatePolicy", trail, StringComparison.Ordinal);
        Assert.DoesNotContain("Canary", trail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_exits_2_where_there_is_nothing_to_verify()
    {
        await using var cli = new CliUnderTest();
        (await cli.RunAsync("audit", "verify", cli.PathOf("none"))).WasBadUsage("There is no folder");
        Directory.CreateDirectory(cli.DataFolder);
        (await VerifyAsync(cli)).WasBadUsage("neither a data folder");
        var json = await cli.RunAsync("audit", "verify", cli.DataFolder, "--json");
        Assert.Equal("Client.BadUsage", json.ErrorJson.GetProperty("Code").GetString());
    }

    [Fact]
    public async Task A_pinned_key_must_be_the_trails_key()
    {
        await using var cli = await StoppedAsync();
        var key = (await cli.RunAsync("audit", "key", cli.DataFolder)).Succeeded().Output.Split('\n');
        Assert.Equal("-----BEGIN PUBLIC KEY-----", key[1]);
        (await cli.RunAsync("audit", "verify", cli.DataFolder, "--audit-key", key[0])).Succeeded();
        (await cli.RunAsync("audit", "verify", cli.DataFolder, "--audit-key", key[0]["sha256:".Length..])).Succeeded();
        var other = await cli.RunAsync("audit", "verify", cli.DataFolder, "--audit-key", new string('0', 64));
        Assert.Equal(1, other.ExitCode);
        Assert.Contains("was expected", other.Output, StringComparison.Ordinal);
        (await cli.RunAsync("audit", "verify", cli.DataFolder, "--audit-key", "xyz")).WasBadUsage("64 hex digits");
    }

    [Fact]
    public async Task Init_prints_the_fingerprint_that_audit_key_prints()
    {
        await using var cli = new CliUnderTest();
        string[] folder = ["--data", cli.DataFolder, "--root-key", $"file:{cli.PathOf("root.key")}"];
        var made = (await cli.RunAsync(["init", .. folder])).Succeeded().Output;
        var key = (await cli.RunAsync("audit", "key", cli.DataFolder)).Succeeded().Output.Split('\n')[0];
        Assert.Contains($"Audit key    {key}\n", made, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Query_shows_a_table_and_filters()
    {
        await using var cli = await StoppedAsync();
        var all = (await QueryAsync(cli)).Succeeded().Output;
        Assert.Contains("Action", all, StringComparison.Ordinal);
        Assert.Contains("StartServer", all, StringComparison.Ordinal);
        Assert.Contains("StopServer", all, StringComparison.Ordinal);
        Assert.DoesNotContain("Checkpoint", all, StringComparison.Ordinal);

        Assert.EndsWith(
            "\n1 event\n",
            (await QueryAsync(cli, "--action", "listaccesskeys")).Output,
            StringComparison.Ordinal
        );
        Assert.Contains("EntityNotExist", (await QueryAsync(cli, "--error")).Output, StringComparison.Ordinal);
        Assert.Equal("0 events\n", (await QueryAsync(cli, "--user", "nobody")).Output);
        Assert.Contains(
            "DeleteAccessKey",
            (await QueryAsync(cli, "--certificate", "KHnone")).Output,
            StringComparison.Ordinal
        );
        Assert.Equal("0 events\n", (await QueryAsync(cli, "--since", "2026-11-25")).Output);
        Assert.Contains("ListAccessKeys", (await QueryAsync(cli, "--since", "1h")).Output, StringComparison.Ordinal);
        Assert.Equal("0 events\n", (await QueryAsync(cli, "--until", "2026-11-24T11:00:00Z")).Output);
        Assert.Contains("the last 1 of", (await QueryAsync(cli, "--limit", "1")).Output, StringComparison.Ordinal);
        Assert.Contains("Checkpoint", (await QueryAsync(cli, "--all")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Query_fits_80_columns_and_gives_the_lines_themselves_as_JSON()
    {
        await using var cli = await StoppedAsync();
        cli.Width = 80;
        var run = (await QueryAsync(cli)).Succeeded();
        Assert.All(run.Output.Split('\n'), line => Assert.True(line.Length <= 80, line));
        var json = (await QueryAsync(cli, "--action", "ListAccessKeys", "--json")).Succeeded().Output;
        Assert.Contains(json, await File.ReadAllTextAsync(Segment(cli)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--since", "yesterday")]
    [InlineData("--until", "7x")]
    [InlineData("--since", "999999999d")]
    [InlineData("--limit", "0")]
    public async Task A_filter_that_means_nothing_is_bad_usage(string option, string value)
    {
        await using var cli = new CliUnderTest();
        Directory.CreateDirectory(cli.DataFolder);
        (await QueryAsync(cli, option, value)).WasBadUsage(option);
    }

    [Theory]
    [InlineData("--audit-durability", "never")]
    [InlineData("--audit-segment-size", "0")]
    [InlineData("--audit-keep-days", "-1")]
    public async Task A_serve_option_out_of_bounds_is_bad_usage(string option, string value)
    {
        await using var cli = new CliUnderTest();
        (await cli.RunAsync("serve", "--data", cli.DataFolder, option, value)).WasBadUsage(option);
        Assert.False(Directory.Exists(cli.DataFolder));
    }

    [Fact]
    public async Task Export_copies_closed_segments_once()
    {
        await using var cli = new CliUnderTest();
        await cli.StartAsync(options => options with { Audit = options.Audit with { SegmentBytes = 1 } });
        await cli.StopAsync();
        var archive = cli.PathOf("archive");
        var run = (await cli.RunAsync("audit", "export", cli.DataFolder, "--to", archive)).Succeeded();
        Assert.Contains("node-1-0000000000000001.jsonl", run.Output, StringComparison.Ordinal);
        (await cli.RunAsync("audit", "verify", archive)).Succeeded();
        run = (await cli.RunAsync("audit", "export", cli.DataFolder, "--to", archive)).Succeeded();
        Assert.Equal("No closed segment is left to export.\n", run.Output);
    }

    [Fact]
    public async Task Commands_on_a_stopped_folder_are_events_by_the_user_who_ran_them()
    {
        await using var cli = new CliUnderTest();
        string[] folder = ["--data", cli.DataFolder, "--root-key", $"file:{cli.PathOf("root.key")}"];
        (await cli.RunAsync(["init", .. folder])).Succeeded();
        (await cli.RunAsync(["access-key", "create", .. folder])).Succeeded();
        (await cli.RunAsync(["access-key", "disable", CliUnderTest.AccessKeyId, .. folder])).Succeeded();
        (await cli.RunAsync("database", "migrate", "--data", cli.DataFolder)).Succeeded();

        var output = (await QueryAsync(cli)).Succeeded().Output;
        string[] actions = ["Initialize", "AddFirstAccessKey", "CreateAccessKey", "UpdateAccessKey", "MigrateDatabase"];
        Assert.All(actions, action => Assert.Contains(action, output, StringComparison.Ordinal));
        Assert.Contains(Environment.UserName, output, StringComparison.Ordinal);
        (await VerifyAsync(cli)).Succeeded();
    }

    private static Task<CliRun> VerifyAsync(CliUnderTest cli) => cli.RunAsync("audit", "verify", cli.DataFolder);

    private static Task<CliRun> QueryAsync(CliUnderTest cli, params string[] options) =>
        cli.RunAsync(["audit", "query", cli.DataFolder, .. options]);

    private static string Segment(CliUnderTest cli) =>
        Directory.GetFiles(Path.Combine(cli.DataFolder, "audit"), "*.jsonl")[0];

    /// <summary>A folder whose server answered some requests and stopped.</summary>
    private static async Task<CliUnderTest> StoppedAsync()
    {
        var cli = await CliUnderTest.StartServerAsync();
        (await cli.RunAsync("access-key", "list")).Succeeded();
        (await cli.RunAsync("access-key", "delete", "KHnone")).WasRefused();
        await cli.StopAsync();
        return cli;
    }
}
