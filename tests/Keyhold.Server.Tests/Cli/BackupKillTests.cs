using System.Globalization;
using System.Security.Cryptography;
using Keyhold.Server.Hosting;
using Keyhold.Server.Tests.Storage;

namespace Keyhold.Server.Tests.Cli;

/// <summary>kill -9 in the middle of backups and restores: what is there is whole.</summary>
public class BackupKillTests
{
    private const int AccessKeys = 1_500;
    private const int Kills = 6;

    [Fact]
    public async Task A_backup_that_is_killed_has_no_name_or_is_whole()
    {
        await using var cli = await PreparedAsync();
        for (var round = 0; round < Kills; round++)
        {
            var file = cli.PathOf($"{round}.backup");
            await KillAsync("backup", file, "--data", cli.DataFolder, "--root-key", RootKey(cli));
            if (File.Exists(file))
            {
                (await cli.RunAsync("backup", "verify", file, "--root-key", RootKey(cli))).Succeeded();
            }
        }

        await BackUpAsync(cli);
        (await cli.RunAsync("audit", "verify", cli.DataFolder)).Succeeded();
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.Postgres)]
    public async Task A_restore_that_is_killed_leaves_nothing_or_all_of_it(DatabaseKind kind)
    {
        await using var cli = await PreparedAsync();
        await BackUpAsync(cli);
        var postgres = kind == DatabaseKind.Postgres ? await SharedPostgres.CreateEmptyAsync() : null;
        string[] arguments =
        [
            "restore",
            Made(cli),
            "--data",
            cli.PathOf("restored"),
            "--root-key",
            RootKey(cli),
            .. postgres is null ? (string[])[] : ["--database", postgres],
        ];
        long rows = 0;
        for (var round = 0; round < Kills && rows == 0; round++)
        {
            await KillAsync(arguments);
            rows = await RowsAsync(cli, postgres);
            Assert.True(rows is 0 or AccessKeys + 1, $"{rows} of {AccessKeys + 1} rows");
        }

        if (rows == 0)
        {
            (await cli.RunAsync(arguments)).Succeeded();
        }
        else
        {
            (await cli.RunAsync(arguments)).WasRefused("is not empty");
        }

        Assert.Equal(AccessKeys + 1, await RowsAsync(cli, postgres));
    }

    private static async Task KillAsync(params string[] arguments)
    {
        using var program = new ProgramUnderTest(null, arguments);
        await Task.Delay(RandomNumberGenerator.GetInt32(100, 1_500));
        program.Signal("KILL");
        await program.EndAsync();
    }

    private static async Task<CliUnderTest> PreparedAsync()
    {
        var cli = new CliUnderTest();
        (await cli.RunAsync("init", "--data", cli.DataFolder, "--root-key", RootKey(cli))).Succeeded();
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
                    string.Create(CultureInfo.InvariantCulture, $"KHkill{number:D6}"),
                    $"secret {number}",
                    "acs:ram::1:root",
                    stop
                )
        );
        return cli;
    }

    private static async Task BackUpAsync(CliUnderTest cli) =>
        (await cli.RunAsync("backup", Made(cli), "--data", cli.DataFolder, "--root-key", RootKey(cli))).Succeeded();

    private static string Made(CliUnderTest cli) => cli.PathOf("made.backup");

    private static string RootKey(CliUnderTest cli) => $"file:{DataFolder.DefaultRootKeyFile(cli.DataFolder)}";

    private static async Task<long> RowsAsync(CliUnderTest cli, string? postgres)
    {
        if (postgres is not null)
        {
            return await PostgresRows.CountAsync(postgres, "access_keys");
        }

        var file = Path.Combine(cli.PathOf("restored"), "keyhold.db");
        return
            File.Exists(file)
            && TemporaryDatabase.RawValue(file, "SELECT 1 FROM sqlite_schema WHERE name = 'access_keys'") is not null
            ? (long)TemporaryDatabase.RawValue(file, "SELECT COUNT(*) FROM access_keys")!
            : 0;
    }
}
