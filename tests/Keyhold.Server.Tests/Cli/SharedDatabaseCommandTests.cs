using Keyhold.Server.Hosting;
using Keyhold.Server.Tests.Storage;

namespace Keyhold.Server.Tests.Cli;

/// <summary>The commands on an installation in PostgreSQL, by option and by environment.</summary>
public sealed class SharedDatabaseCommandTests
{
    private const string Variable = "Database__ConnectionString";

    [Fact]
    public async Task Every_offline_command_works_on_the_database_of_the_option_or_of_the_environment()
    {
        await using var cli = new CliUnderTest();
        var connectionString = await SharedPostgres.CreateEmptyAsync();
        var data = cli.DataFolder;
        var rootKey = "file:" + cli.PathOf("root.key");
        string[] place = ["--data", data, "--root-key", rootKey];

        var prepared = (await cli.RunAsync(["init", .. place, "--database", connectionString])).Succeeded();
        Assert.Contains("Database     Host=127.0.0.1;", prepared.Output, StringComparison.Ordinal);
        var password = connectionString.Split("Password=")[1].Split(';')[0];
        Assert.DoesNotContain(password, prepared.Output + prepared.Error, StringComparison.Ordinal);
        Assert.Contains("Password=...", prepared.Output, StringComparison.Ordinal);

        // The option wins over the variable.
        cli.Environment[Variable] = "Host=127.0.0.1;Port=1;Database=none";
        (await cli.RunAsync("database", "migrate", "--data", data, "--database", connectionString)).Succeeded();

        cli.Environment[Variable] = connectionString;
        Assert.Contains(
            "up to date",
            (await cli.RunAsync("database", "migrate", "--data", data)).Succeeded().Output,
            StringComparison.Ordinal
        );
        Assert.Contains(
            CliUnderTest.AccessKeyId,
            (await cli.RunAsync(["access-key", "list", .. place])).Succeeded().Output,
            StringComparison.Ordinal
        );
        (await cli.RunAsync(["user", "create", "alice", .. place])).Succeeded();
        (await cli.RunAsync(["policy", "list", .. place])).Succeeded();
        (await cli.RunAsync(["rotate", "data-key", .. place])).Succeeded();
        var next = cli.PathOf("next.key");
        (await cli.RunAsync(["rotate", "root-key", .. place, "--to", "file:" + next])).Succeeded();
        var verdict = (await cli.RunAsync("audit", "verify", data)).Succeeded();
        Assert.Contains("intact", verdict.Output, StringComparison.Ordinal);
        Assert.Contains(
            "sha256:",
            (await cli.RunAsync("audit", "key", data)).Succeeded().Output,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "RotateRootKey",
            (await cli.RunAsync("audit", "query", data)).Succeeded().Output,
            StringComparison.Ordinal
        );
        (await cli.RunAsync(["init", .. place])).WasRefused("is prepared already", "keyhold serve");

        await cli.StartAsync(options =>
            options with
            {
                Dev = false,
                Database = DatabasePlace.Parse(connectionString),
                RootKey = new Keyhold.Crypto.Sealing.RootKeyPlace.File(next),
            }
        );
        Assert.Contains("unsealed", (await cli.RunAsync("status", "--data", data)).Output, StringComparison.Ordinal);
        Assert.Contains("alice", (await cli.RunAsync("user", "list")).Succeeded().Output, StringComparison.Ordinal);
        (await cli.RunAsync("audit", "verify", data)).Succeeded();
    }

    [Fact]
    public async Task A_trail_whose_database_is_not_named_is_not_called_intact()
    {
        await using var cli = new CliUnderTest();
        var connectionString = await SharedPostgres.CreateEmptyAsync();
        string[] place = ["--data", cli.DataFolder, "--root-key", "file:" + cli.PathOf("root.key")];
        (await cli.RunAsync(["init", .. place, "--database", connectionString])).Succeeded();
        (await cli.RunAsync("audit", "verify", cli.DataFolder)).WasBadUsage("--database");
        (await cli.RunAsync("audit", "key", cli.DataFolder)).WasBadUsage("--database");
        (await cli.RunAsync("audit", "query", cli.DataFolder)).Succeeded();
    }

    [Fact]
    public async Task Words_of_a_connection_string_without_quotes_are_not_repeated()
    {
        await using var cli = new CliUnderTest();
        var run = await cli.RunAsync("serve", "--database", "Host=db", "Password=canary-7c1d");
        run.WasBadUsage("needs quotes");
        Assert.DoesNotContain("canary", run.Error, StringComparison.Ordinal);
    }
}
