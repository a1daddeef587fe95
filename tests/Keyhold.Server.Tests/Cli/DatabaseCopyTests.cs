using System.Globalization;
using Keyhold.Server.Hosting;
using Keyhold.Server.Tests.Storage;

namespace Keyhold.Server.Tests.Cli;

/// <summary>An installation moves between the databases, whatever comes between.</summary>
public class DatabaseCopyTests
{
    private const int AccessKeys = 1_500;
    private const int Kills = 4;

    [Fact]
    public async Task An_installation_moves_to_PostgreSQL_and_back_and_its_trail_goes_on()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var id = await CreateAsync(cli);
        await CopyAsync(cli, $"sqlite:{cli.DataFolder}", "postgres:Host=nowhere;Database=keyhold")
            .ContinueWith(run => run.Result.WasRefused("in use by another Keyhold process"), TaskScheduler.Default);
        await cli.StopAsync();

        var postgres = await SharedPostgres.CreateEmptyAsync();
        var output = (await CopyAsync(cli, $"sqlite:{cli.DataFolder}", $"postgres:{postgres}")).Succeeded().Output;
        Assert.Contains("Copied and compared row by row.", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Password", output, StringComparison.OrdinalIgnoreCase);

        // The folder stays the node's, without its database.
        File.Move(DatabaseOf(cli.DataFolder), cli.PathOf("moved.db"));
        await ServeAsync(cli, postgres);
        (await cli.RunAsync("cert", "describe", id)).Succeeded();
        await CreateAsync(cli);
        (await CopyAsync(cli, $"postgres:{postgres}", $"sqlite:{cli.PathOf("back")}")).WasRefused("Nodes run on");
        await cli.StopAsync();

        (await CopyAsync(cli, $"postgres:{postgres}", $"sqlite:{cli.DataFolder}")).Succeeded();
        await ServeAsync(cli, null);
        (await cli.RunAsync("cert", "describe", id)).Succeeded();
        await CreateAsync(cli);
        await cli.StopAsync();
        (await cli.RunAsync("audit", "verify", cli.DataFolder)).Succeeded();
        var copies = (await cli.RunAsync("audit", "query", cli.DataFolder, "--json")).Succeeded().Output;
        Assert.Equal(3, copies.Split("CopyDatabase").Length);
    }

    [Fact]
    public async Task A_copy_that_is_killed_goes_on_where_it_was()
    {
        await using var cli = await PreparedAsync();
        await FillAsync(cli);
        var postgres = await SharedPostgres.CreateEmptyAsync();
        var inTheMiddle = 0;
        for (var round = 1; round <= Kills; round++)
        {
            using var copy = new ProgramUnderTest(
                null,
                [
                    "database",
                    "copy",
                    "--from",
                    $"sqlite:{cli.DataFolder}",
                    "--to",
                    $"postgres:{postgres}",
                    .. RootKey(cli),
                ]
            );
            await WaitForRowsAsync(postgres, round * AccessKeys / (Kills + 2));
            copy.Signal("KILL");
            await copy.EndAsync();
            inTheMiddle += await RowsAsync(postgres) is > 0 and < AccessKeys ? 1 : 0;
        }

        Assert.NotEqual(0, inTheMiddle);
        var output = (await CopyAsync(cli, $"sqlite:{cli.DataFolder}", $"postgres:{postgres}")).Succeeded().Output;
        Assert.Contains("There before", output, StringComparison.Ordinal);
        Assert.True(await RowsAsync(postgres) > AccessKeys);

        // Once more, there is nothing to do but to compare.
        (await CopyAsync(cli, $"sqlite:{cli.DataFolder}", $"postgres:{postgres}")).Succeeded();
    }

    [Fact]
    public async Task A_target_that_holds_something_else_is_refused_and_stays_as_it_is()
    {
        await using var cli = await PreparedAsync();
        await using var other = await PreparedAsync();
        var postgres = await SharedPostgres.CreateEmptyAsync();
        (await CopyAsync(other, $"sqlite:{other.DataFolder}", $"postgres:{postgres}")).Succeeded();
        (await CopyAsync(cli, $"sqlite:{cli.DataFolder}", $"postgres:{postgres}")).WasRefused(
            "is not a copy of",
            "access_keys",
            "empty the target"
        );
        (await CopyAsync(other, $"sqlite:{other.DataFolder}", $"postgres:{postgres}")).Succeeded();
    }

    [Fact]
    public async Task A_row_that_was_tampered_with_stops_the_copy_by_name()
    {
        await using var cli = await PreparedAsync();
        TemporaryDatabase.Raw(DatabaseOf(cli.DataFolder), "UPDATE access_keys SET owner = 'mallory'");
        var postgres = await SharedPostgres.CreateEmptyAsync();
        (await CopyAsync(cli, $"sqlite:{cli.DataFolder}", $"postgres:{postgres}")).WasRefused(
            "of table access_keys",
            "does not fit its HMAC"
        );
    }

    [Fact]
    public async Task The_wrong_root_key_is_refused()
    {
        await using var cli = await PreparedAsync();
        var other = cli.PathOf("other.key");
        Crypto.Sealing.FileRootKey.Create(other).Dispose();
        var postgres = await SharedPostgres.CreateEmptyAsync();
        (
            await cli.RunAsync(
                "database",
                "copy",
                "--from",
                $"sqlite:{cli.DataFolder}",
                "--to",
                $"postgres:{postgres}",
                "--root-key",
                $"file:{other}"
            )
        ).WasRefused("does not open");
    }

    [Theory]
    [InlineData("sqlite:a", "sqlite:b", "same kind")]
    [InlineData("postgres:Host=a;Database=b", "postgres:Host=c;Database=d", "same kind")]
    [InlineData("a", "sqlite:b", "--from names no database")]
    [InlineData("sqlite:", "sqlite:b", "--from names no database")]
    [InlineData("sqlite:a", "postgres:", "--to names PostgreSQL and no database")]
    [InlineData("sqlite:a", "postgres:Password=hunter2", "names no Host")]
    public async Task Ends_that_make_no_sense_are_refused(string from, string to, string reason)
    {
        await using var cli = new CliUnderTest();
        var run = await CopyAsync(cli, from, to);
        run.WasBadUsage(reason);
        Assert.DoesNotContain("hunter2", run.Error, StringComparison.Ordinal);
    }

    private static async Task<CliUnderTest> PreparedAsync()
    {
        var cli = new CliUnderTest();
        (await cli.RunAsync(["init", "--data", cli.DataFolder, .. RootKey(cli)])).Succeeded();
        return cli;
    }

    private static async Task FillAsync(CliUnderTest cli)
    {
        await using var opened = await DataFolder.OpenAsync(
            new ServerOptions { DataFolder = cli.DataFolder },
            TimeProvider.System,
            CancellationToken.None
        );
        var installation = new Installation(ServerOptions.DefaultRegion, ServerOptions.DefaultAccountId);
        var accessKeys = opened.AccessKeysOf(installation, TimeProvider.System);
        await Parallel.ForAsync(
            0,
            AccessKeys,
            async (number, stop) =>
                await accessKeys.AddAsync(
                    string.Create(CultureInfo.InvariantCulture, $"KHcopy{number:D6}"),
                    $"secret {number}",
                    "acs:ram::1:root",
                    stop
                )
        );
    }

    private static Task<CliRun> CopyAsync(CliUnderTest cli, string from, string to) =>
        cli.RunAsync(["database", "copy", "--from", from, "--to", to, .. RootKey(cli)]);

    private static string[] RootKey(CliUnderTest cli) =>
        ["--root-key", $"file:{DataFolder.DefaultRootKeyFile(cli.DataFolder)}"];

    private static string DatabaseOf(string dataFolder) => Path.Combine(dataFolder, "keyhold.db");

    private static Task ServeAsync(CliUnderTest cli, string? postgres) =>
        cli.StartAsync(options =>
            options with
            {
                Dev = false,
                Database = postgres is null ? DatabasePlace.InDataFolder : DatabasePlace.Parse(postgres),
            }
        );

    private static async Task<string> CreateAsync(CliUnderTest cli)
    {
        var run = await cli.RunAsync(
            "cert",
            "create",
            "--subject",
            "CN=orders.example.com,OU=Shop,O=Example,C=CN",
            "--key-spec",
            "EC_P256",
            "--json"
        );
        return run.Succeeded().Json.GetProperty("CertificateId").GetString()!;
    }

    /// <summary>Until so many are there; the copy may also be through before.</summary>
    private static async Task WaitForRowsAsync(string postgres, long rows)
    {
        for (var wait = 0; wait < 6_000 && await RowsAsync(postgres) < rows; wait++)
        {
            await Task.Delay(5);
        }
    }

    private static Task<long> RowsAsync(string postgres) => PostgresRows.CountAsync(postgres, "access_keys");
}
