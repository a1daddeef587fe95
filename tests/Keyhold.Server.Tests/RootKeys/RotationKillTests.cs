using System.Globalization;
using System.Security.Cryptography;
using Keyhold.Crypto.Sealing;
using Keyhold.Server.Hosting;
using Keyhold.Server.Tests.Cli;
using Keyhold.Server.Tests.Storage;

namespace Keyhold.Server.Tests.RootKeys;

/// <summary>kill -9 in the middle of rotations, again and again on the same data folder.</summary>
public class RotationKillTests
{
    private const int AccessKeys = 4_000;
    private const int Kills = 8;

    [Fact]
    public async Task A_rotation_of_the_data_key_that_is_killed_loses_nothing_and_goes_on()
    {
        await using var cli = new CliUnderTest();
        await PrepareAsync(cli);
        var inTheMiddle = 0;
        for (var round = 0; round < Kills; round++)
        {
            var unfinished = Number(cli, "SELECT COUNT(*) FROM key_rotation") > 0;
            var key = Number(cli, "SELECT MAX(id) FROM key_ring") + (unfinished ? 0 : 1);
            using var rotation = new ProgramUnderTest(
                null,
                "rotate",
                "data-key",
                "--data",
                cli.DataFolder,
                "--root-key",
                RootKey(cli)
            );
            await WaitForRowsAsync(cli, key, RowsUnder(cli, key) + RandomNumberGenerator.GetInt32(1, AccessKeys / 4));
            rotation.Signal("KILL");
            await rotation.EndAsync();
            inTheMiddle += RowsUnder(cli, key) is > 0 and < AccessKeys ? 1 : 0;
            await VerifyAsync(cli, RootKey(cli));
        }

        Assert.NotEqual(0, inTheMiddle);
        (await cli.RunAsync("rotate", "data-key", "--data", cli.DataFolder, "--root-key", RootKey(cli))).Succeeded();
        (
            await cli.RunAsync("rotate", "data-key", "--retire", "--data", cli.DataFolder, "--root-key", RootKey(cli))
        ).Succeeded();
        await VerifyAsync(cli, RootKey(cli));
        Assert.Equal(1L, TemporaryDatabase.RawValue(Database(cli), "SELECT COUNT(*) FROM key_ring"));
    }

    [Fact]
    public async Task A_rotation_of_the_root_key_that_is_killed_leaves_the_old_one_or_the_new_one()
    {
        await using var cli = new CliUnderTest();
        await PrepareAsync(cli);
        var now = RootKey(cli);
        for (var round = 0; round < Kills; round++)
        {
            var next = $"file:{cli.PathOf($"root-{round}.key")}";
            using var rotation = new ProgramUnderTest(
                null,
                "rotate",
                "root-key",
                "--data",
                cli.DataFolder,
                "--root-key",
                now,
                "--to",
                next
            );
            await Task.Delay(100 + RandomNumberGenerator.GetInt32(500));
            rotation.Signal("KILL");
            await rotation.EndAsync();
            now = await OpensAsync(cli, next) ? next : now;
            await VerifyAsync(cli, now);
        }
    }

    private static string RootKey(CliUnderTest cli) => $"file:{cli.PathOf("root.key")}";

    private static string Database(CliUnderTest cli) => Path.Combine(cli.DataFolder, "keyhold.db");

    private static async Task PrepareAsync(CliUnderTest cli)
    {
        (await cli.RunAsync("init", "--data", cli.DataFolder, "--root-key", RootKey(cli))).Succeeded();
        await using var opened = await OpenAsync(cli, RootKey(cli));
        var accessKeys = opened.AccessKeysOf(Installation, TimeProvider.System);
        await Parallel.ForAsync(
            1,
            AccessKeys,
            async (number, stop) => await accessKeys.AddAsync(Id(number), $"secret {number}", "acs:ram::1:root", stop)
        );
    }

    /// <summary>Every secret opens, and none is lost.</summary>
    private static async Task VerifyAsync(CliUnderTest cli, string rootKey)
    {
        await using var opened = await OpenAsync(cli, rootKey);
        var rows = await opened.AccessKeysOf(Installation, TimeProvider.System).ListAsync(default);
        Assert.Equal(AccessKeys, rows.Count);
        foreach (var row in rows.Where(row => row.AccessKeyId.StartsWith("KHkill", StringComparison.Ordinal)))
        {
            var secret = new Keyhold.Server.Vault.SecretVault(opened.Ring, Installation).OpenAccessKeySecret(row);
            Assert.Equal(
                $"secret {int.Parse(row.AccessKeyId[6..], CultureInfo.InvariantCulture)}",
                System.Text.Encoding.UTF8.GetString(secret)
            );
        }
    }

    private static async Task<bool> OpensAsync(CliUnderTest cli, string rootKey)
    {
        try
        {
            await using var opened = await OpenAsync(cli, rootKey);
            return true;
        }
        catch (StartException)
        {
            return false;
        }
    }

    private static ValueTask<OpenedFolder> OpenAsync(CliUnderTest cli, string rootKey) =>
        DataFolder.OpenAsync(
            new ServerOptions { DataFolder = cli.DataFolder, RootKey = RootKeyPlace.Parse(rootKey) },
            TimeProvider.System,
            CancellationToken.None
        );

    /// <summary>Until so many rows are under the key, or the rotation is through.</summary>
    private static async Task WaitForRowsAsync(CliUnderTest cli, long key, long rows)
    {
        for (var wait = 0; wait < 2_000 && RowsUnder(cli, key) < Math.Min(rows, AccessKeys); wait++)
        {
            await Task.Delay(1);
        }
    }

    private static long RowsUnder(CliUnderTest cli, long key) =>
        Number(cli, "SELECT COUNT(*) FROM access_keys WHERE mac_key_id = @0", key);

    private static long Number(CliUnderTest cli, string sql, params object?[] values) =>
        (long)TemporaryDatabase.RawValue(Database(cli), sql, values)!;

    private static string Id(int number) => $"KHkill{number:D6}";

    private static Installation Installation => new(ServerOptions.DefaultRegion, ServerOptions.DefaultAccountId);
}
