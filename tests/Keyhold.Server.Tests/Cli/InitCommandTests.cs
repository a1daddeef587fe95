namespace Keyhold.Server.Tests.Cli;

public class InitCommandTests
{
    [Fact]
    public async Task Init_prepares_a_folder_and_shows_the_secret_of_the_access_key_it_made()
    {
        await using var cli = new CliUnderTest();
        cli.Environment.Clear();
        var key = cli.PathOf("root.key");
        var run = (await cli.RunAsync("init", "--data", cli.DataFolder, "--root-key", $"file:{key}")).Succeeded();
        Assert.True(File.Exists(key));
        Assert.Empty(run.Error);
        Assert.Contains("export KEYHOLD_ACCESS_KEY_SECRET=", run.Output, StringComparison.Ordinal);
        Assert.Contains($"serve --data {cli.DataFolder} --root-key file:{key}", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Init_takes_the_access_key_of_the_environment_without_repeating_its_secret()
    {
        await using var cli = new CliUnderTest();
        var run = await cli.RunAsync("init", "--data", cli.DataFolder, "--root-key", $"file:{cli.PathOf("root.key")}");
        Assert.Contains(CliUnderTest.AccessKeyId, run.Succeeded().Output, StringComparison.Ordinal);
        Assert.DoesNotContain(CliUnderTest.Secret, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Init_warns_when_the_root_key_is_inside_the_data_folder()
    {
        await using var cli = new CliUnderTest();
        var key = Path.Combine(cli.DataFolder, "root.key");
        var run = (await cli.RunAsync("init", "--data", cli.DataFolder, "--root-key", $"file:{key}")).Succeeded();
        Assert.Contains("Warning: the root key", run.Error, StringComparison.Ordinal);
        Assert.Contains("inside the data folder", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Init_suggests_a_start_that_a_shell_reads_as_it_is_meant()
    {
        await using var cli = new CliUnderTest();
        var (data, key) = (cli.PathOf("it's data"), cli.PathOf("root key"));
        var run = await cli.RunAsync("init", "--data", data, "--root-key", $"file:{key}", "--account", "42");
        Assert.Contains(
            $"serve --data '{cli.PathOf(@"it'\''s data")}' --root-key 'file:{key}' --account 42\n",
            run.Succeeded().Output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Init_asks_for_the_root_keys_place_in_lines_that_fit_and_takes_its_own_suggestion()
    {
        await using var cli = new CliUnderTest { IsInteractive = true, Width = 80 };
        var run = (await cli.RunWithInputAsync("\n"u8.ToArray(), "init", "--data", cli.DataFolder)).Succeeded();
        Assert.Contains("keyhold-root.key", run.Error, StringComparison.Ordinal);
        Assert.All(run.Error.Split('\n'), line => Assert.True(line.Length <= cli.Width, line));
        Assert.True(File.Exists(cli.PathOf("keyhold-root.key")));
    }

    [Fact]
    public async Task Init_without_a_place_for_the_root_key_and_nobody_to_ask_makes_nothing()
    {
        await using var cli = new CliUnderTest();
        (await cli.RunAsync("init", "--data", cli.DataFolder)).WasBadUsage("--root-key file:PATH");
        Assert.False(Directory.Exists(cli.DataFolder));
    }

    [Fact]
    public async Task A_second_init_is_refused_and_changes_nothing()
    {
        await using var cli = new CliUnderTest();
        string[] init = ["init", "--data", cli.DataFolder, "--root-key", $"file:{cli.PathOf("root.key")}"];
        (await cli.RunAsync(init)).Succeeded();
        var key = await File.ReadAllBytesAsync(cli.PathOf("root.key"));
        (await cli.RunAsync(init)).WasRefused("prepared already");
        Assert.Equal(key, await File.ReadAllBytesAsync(cli.PathOf("root.key")));
    }

    [Fact]
    public async Task Database_migrate_needs_a_prepared_folder_and_may_be_repeated()
    {
        await using var cli = new CliUnderTest();
        (await cli.RunAsync("database", "migrate", "--data", cli.DataFolder)).WasRefused(
            "not prepared",
            "keyhold init"
        );
        (
            await cli.RunAsync("init", "--data", cli.DataFolder, "--root-key", $"file:{cli.PathOf("root.key")}")
        ).Succeeded();
        (await cli.RunAsync("database", "migrate", "--data", cli.DataFolder)).Succeeded();
        (await cli.RunAsync("database", "migrate", "--data", cli.DataFolder)).Succeeded();
    }
}
