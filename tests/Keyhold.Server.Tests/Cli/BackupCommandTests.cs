using System.Text.Json;
using Keyhold.Server.Hosting;
using Keyhold.Server.Tests.Storage;

namespace Keyhold.Server.Tests.Cli;

/// <summary>Backups and restores end to end, with real servers, on both databases.</summary>
public class BackupCommandTests
{
    private const string Passphrase = "correct horse battery staple";

    [Fact]
    public async Task A_living_server_is_backed_up_restored_elsewhere_and_serves_the_same()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        var id = await CreateAsync(cli, "EC_P256");
        await CreateAsync(cli, "RSA_2048");
        await CreateAsync(cli, "EC_SM2");
        var before = (await cli.RunAsync("cert", "list", "--json")).Succeeded().Output;

        var made = await BackUpAsync(cli, "--json");
        Assert.Equal(3, made.Json.GetProperty("Rows").GetProperty("certificates").GetInt32());
        Assert.Equal(4, made.Json.GetProperty("PrivateKeysProven").GetInt32());
        Assert.Equal(0, made.Json.GetProperty("Faults").GetArrayLength());
        RequireMode0600(Made(cli));
        Assert.Contains(EventsOf(cli.DataFolder), each => each.Contains("\"Backup\"", StringComparison.Ordinal));

        // What comes after the backup is not in it.
        await CreateAsync(cli, "EC_P256");
        var table = (await cli.RunAsync(["backup", "verify", Made(cli), .. RootKey(cli)])).Succeeded().Output;
        Assert.Contains("The backup is proven.", table, StringComparison.Ordinal);
        Assert.Contains("certificates", table, StringComparison.Ordinal);
        await cli.StopAsync();

        var restored = cli.PathOf("restored");
        var told = (await RestoreAsync(cli, restored)).Succeeded().Output;
        Assert.Contains($"serve --data {restored}", told, StringComparison.Ordinal);
        RequireMode0600(Path.Combine(restored, "keyhold.db"));
        (await cli.RunAsync("audit", "verify", restored)).Succeeded();
        Assert.Contains(EventsOf(restored), each => each.Contains("\"Restore\"", StringComparison.Ordinal));

        await cli.StartAsync(options =>
            options with
            {
                DataFolder = restored,
                RootKey = RootKeyPlaceOf(cli),
                Dev = false,
            }
        );
        Assert.Equal(Ids(before), Ids((await cli.RunAsync("cert", "list", "--json")).Succeeded().Output));
        (await cli.RunAsync("cert", "describe", id)).Succeeded();
        await CreateAsync(cli, "EC_P256");
        await cli.StopAsync();
        (await cli.RunAsync("audit", "verify", restored)).Succeeded();
    }

    [Fact]
    public async Task A_backup_moves_between_the_databases_and_back()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        await CreateAsync(cli, "EC_P256");
        await cli.StopAsync();
        await BackUpAsync(cli);

        var postgres = await SharedPostgres.CreateEmptyAsync();
        (await RestoreAsync(cli, cli.PathOf("node"), "--database", postgres)).Succeeded();
        (await RestoreAsync(cli, cli.PathOf("node-2"), "--database", postgres)).WasRefused("not empty", "access_keys");
        Assert.False(Directory.Exists(cli.PathOf("node-2")));

        await cli.StartAsync(options =>
            options with
            {
                DataFolder = cli.PathOf("node"),
                Database = DatabasePlace.Parse(postgres),
                RootKey = RootKeyPlaceOf(cli),
                Dev = false,
            }
        );
        await CreateAsync(cli, "EC_SM2");
        string[] onPostgres = ["--data", cli.PathOf("node"), "--database", postgres];
        (await cli.RunAsync(["backup", cli.PathOf("second.backup"), .. onPostgres, .. RootKey(cli)])).Succeeded();
        await cli.StopAsync();
        (
            await cli.RunAsync(["restore", cli.PathOf("second.backup"), "--data", cli.PathOf("back"), .. RootKey(cli)])
        ).Succeeded();
        await cli.StartAsync(options =>
            options with
            {
                DataFolder = cli.PathOf("back"),
                RootKey = RootKeyPlaceOf(cli),
                Dev = false,
            }
        );
        Assert.Equal(2, Ids((await cli.RunAsync("cert", "list", "--json")).Succeeded().Output).Count);
        await cli.StopAsync();
        (await cli.RunAsync("audit", "verify", cli.PathOf("back"))).Succeeded();
    }

    [Fact]
    public async Task A_backup_overwrites_nothing_unless_it_is_forced_and_leaves_nothing_beside_it()
    {
        await using var cli = await PreparedAsync();
        cli.Write("made.backup", "precious");
        (await BackUpRunAsync(cli)).WasBadUsage("already", "--force");
        Assert.Equal("precious", cli.Read("made.backup"));
        (await BackUpRunAsync(cli, "--force")).Succeeded();
        (await cli.RunAsync(["backup", "verify", Made(cli), .. RootKey(cli)])).Succeeded();

        TemporaryDatabase.Raw(Path.Combine(cli.DataFolder, "keyhold.db"), "UPDATE access_keys SET owner = 'mallory'");
        (await BackUpRunAsync(cli, "--force")).WasRefused("of table access_keys", "HMAC", "--accept-damage");
        (await cli.RunAsync(["backup", "verify", Made(cli), .. RootKey(cli)])).Succeeded();
        Assert.Empty(Directory.EnumerateFiles(Path.GetDirectoryName(Made(cli))!, "*.part"));
        Assert.Contains(EventsOf(cli.DataFolder), each => each.Contains("\"Refused\"", StringComparison.Ordinal));

        (await BackUpRunAsync(cli, "--force", "--accept-damage")).Succeeded();
        (await RestoreAsync(cli, cli.PathOf("restored"))).Succeeded();
    }

    [Fact]
    public async Task A_restore_that_fails_leaves_nothing_and_names_why()
    {
        await using var cli = await PreparedAsync();
        await BackUpAsync(cli);
        var restored = cli.PathOf("restored");

        var other = cli.PathOf("other.key");
        Crypto.Sealing.FileRootKey.Create(other).Dispose();
        (await cli.RunAsync("restore", Made(cli), "--data", restored, "--root-key", $"file:{other}")).WasRefused(
            "alone, and the root key given is"
        );
        (await cli.RunAsync("restore", Made(cli), "--data", restored, "--root-key", "passphrase")).WasRefused(
            "of the kind file",
            "--root-key"
        );
        (await cli.RunAsync("restore", Made(cli), "--data", restored)).WasRefused("root.key", "--root-key");

        var damaged = await File.ReadAllBytesAsync(Made(cli));
        damaged[^40] ^= 1;
        cli.Write("damaged.backup", damaged);
        (await cli.RunAsync(["restore", cli.PathOf("damaged.backup"), "--data", restored, .. RootKey(cli)])).WasRefused(
            "is damaged: chunk 0"
        );
        Assert.False(Directory.Exists(restored));

        (await RestoreAsync(cli, cli.DataFolder)).WasRefused("not empty");
        (await cli.RunAsync(["backup", "verify", Made(cli), .. RootKey(cli)])).Succeeded();
    }

    [Fact]
    public async Task A_folder_that_is_there_keeps_what_was_in_it_when_a_restore_fails()
    {
        await using var cli = await PreparedAsync();
        TemporaryDatabase.Raw(Path.Combine(cli.DataFolder, "keyhold.db"), "UPDATE access_keys SET owner = 'mallory'");
        (await BackUpRunAsync(cli, "--accept-damage")).Succeeded();
        var restored = Directory.CreateDirectory(cli.PathOf("restored")).FullName;
        await File.WriteAllTextAsync(Path.Combine(restored, "notes"), "mine");
        Directory.CreateDirectory(Path.Combine(restored, "audit"));
        await File.WriteAllTextAsync(Path.Combine(restored, "audit", "node-7-0000000000000001.jsonl"), "{}\n");

        (await RestoreAsync(cli, restored)).WasRefused("node-7");
        Assert.Equal(
            ["audit", "notes"],
            Directory.EnumerateFileSystemEntries(restored).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task A_passphrase_opens_its_backups_also_after_it_was_changed()
    {
        await using var cli = new CliUnderTest();
        string[] old = ["--root-key", "passphrase", "--passphrase-file", Secret(cli, Passphrase)];
        (await cli.RunAsync(["init", "--data", cli.DataFolder, .. old])).Succeeded();
        (await cli.RunAsync(["backup", Made(cli), "--data", cli.DataFolder, .. old])).Succeeded();
        var key = cli.PathOf("new.key");
        (
            await cli.RunAsync(["rotate", "root-key", "--data", cli.DataFolder, "--to", $"file:{key}", .. old])
        ).Succeeded();

        (await cli.RunAsync("restore", Made(cli), "--data", cli.PathOf("a"), "--root-key", $"file:{key}")).WasRefused(
            "of the kind passphrase"
        );
        (
            await cli.RunAsync(
                "restore",
                Made(cli),
                "--data",
                cli.PathOf("a"),
                "--passphrase-file",
                Secret(cli, "wrong horse battery")
            )
        ).WasRefused("another passphrase");
        (await cli.RunAsync(["restore", Made(cli), "--data", cli.PathOf("a"), .. old])).Succeeded();
        (
            await cli.RunAsync(
                "rotate",
                "data-key",
                "--data",
                cli.PathOf("a"),
                "--passphrase-file",
                Secret(cli, Passphrase)
            )
        ).Succeeded();
    }

    [Fact]
    public async Task A_root_key_in_an_HSM_opens_its_backups()
    {
        Assert.SkipUnless(File.Exists(SoftHsmFolder.Module), "SoftHSM is not installed.");
        await using var cli = new CliUnderTest();
        var hsm = new SoftHsmFolder(cli);
        string[] key = ["--root-key", hsm.Uri("keyhold")];
        foreach (
            var arguments in (string[][])
                [
                    ["init", "--data", cli.DataFolder, .. key],
                    ["backup", Made(cli), "--data", cli.DataFolder, .. key],
                    ["restore", Made(cli), "--data", cli.PathOf("restored"), .. key],
                ]
        )
        {
            using var run = new ProgramUnderTest(hsm.Environment, arguments);
            (await run.EndAsync()).Succeeded();
        }
    }

    [Fact]
    public async Task A_schedule_makes_backups_until_SIGTERM()
    {
        await using var cli = await PreparedAsync();
        var folder = Directory.CreateDirectory(cli.PathOf("backups")).FullName;
        using var program = new ProgramUnderTest(
            null,
            ["backup", folder, "--schedule", "24h", "--keep", "2", "--data", cli.DataFolder, .. RootKey(cli)]
        );
        Assert.Contains("private keys proven", await program.ReadLineAsync(), StringComparison.Ordinal);
        program.Signal("TERM");
        (await program.EndAsync()).Succeeded();
        Assert.Single(Directory.EnumerateFiles(folder));
        Assert.Empty(program.LeftBehind);
    }

    [Fact]
    public async Task A_folder_gets_a_backup_under_its_time_and_keeps_the_newest()
    {
        await using var cli = await PreparedAsync();
        var folder = Directory.CreateDirectory(cli.PathOf("backups")).FullName;
        string[] older = ["keyhold-20250101T000000Z.backup", "keyhold-20250102T000000Z.backup", "mine.backup"];
        Assert.All(older, name => cli.Write($"backups/{name}", "older"));
        string[] command = ["backup", folder, "--keep", "2", "--data", cli.DataFolder];

        // One that fails deletes nothing.
        (await cli.RunAsync([.. command, "--root-key", $"file:{cli.PathOf("none")}"])).WasRefused("root key");
        Assert.Equal(3, Directory.GetFiles(folder).Length);

        var told = (await cli.RunAsync([.. command, .. RootKey(cli)])).Succeeded().Output;
        Assert.Contains($"{older[0]}: deleted", told, StringComparison.Ordinal);
        var left = Directory.GetFiles(folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal);
        Assert.Equal(older[1..], left.Except([left.ElementAt(1)]));
        var made = Path.Combine(folder, left.ElementAt(1));
        (await cli.RunAsync(["backup", "verify", made, .. RootKey(cli)])).Succeeded();
    }

    [Theory]
    [InlineData("--schedule", "nonsense", "24h")]
    [InlineData("--keep", "0", "1 or more")]
    [InlineData("--keep", "3", "goes with a folder", false)]
    [InlineData("--schedule", "24h", "no folder", false)]
    public async Task Options_that_make_no_sense_are_refused(
        string option,
        string value,
        string reason,
        bool intoFolder = true
    )
    {
        await using var cli = await PreparedAsync();
        var target = intoFolder ? Directory.CreateDirectory(cli.PathOf("backups")).FullName : Made(cli);
        (await cli.RunAsync(["backup", target, option, value, "--data", cli.DataFolder, .. RootKey(cli)])).WasBadUsage(
            reason
        );
    }

    [Fact]
    public async Task A_folder_that_is_not_prepared_is_named()
    {
        await using var cli = new CliUnderTest();
        (await cli.RunAsync("backup", Made(cli), "--data", cli.PathOf("nothing"))).WasRefused("is not prepared");
        Assert.False(Directory.Exists(cli.PathOf("nothing")));
        (await cli.RunAsync("backup", cli.PathOf("no/such/folder"), "--data", cli.DataFolder)).WasBadUsage("no folder");
    }

    private static string Made(CliUnderTest cli) => cli.PathOf("made.backup");

    /// <summary>A dev server keeps its root key in its folder; others name it.</summary>
    private static string[] RootKey(CliUnderTest cli) =>
        ["--root-key", $"file:{DataFolder.DefaultRootKeyFile(cli.DataFolder)}"];

    private static Crypto.Sealing.RootKeyPlace.File RootKeyPlaceOf(CliUnderTest cli) =>
        new Crypto.Sealing.RootKeyPlace.File(DataFolder.DefaultRootKeyFile(cli.DataFolder));

    private static async Task<CliUnderTest> PreparedAsync()
    {
        var cli = new CliUnderTest();
        (await cli.RunAsync(["init", "--data", cli.DataFolder, .. RootKey(cli)])).Succeeded();
        return cli;
    }

    private static async Task<string> CreateAsync(CliUnderTest cli, string keySpec)
    {
        var run = await cli.RunAsync(
            "cert",
            "create",
            "--subject",
            "CN=orders.example.com,OU=Shop,O=Example,C=CN",
            "--key-spec",
            keySpec,
            "--json"
        );
        return run.Succeeded().Json.GetProperty("CertificateId").GetString()!;
    }

    private static Task<CliRun> BackUpRunAsync(CliUnderTest cli, params string[] options) =>
        cli.RunAsync(["backup", Made(cli), "--data", cli.DataFolder, .. RootKey(cli), .. options]);

    private static async Task<CliRun> BackUpAsync(CliUnderTest cli, params string[] options) =>
        (await BackUpRunAsync(cli, options)).Succeeded();

    private static Task<CliRun> RestoreAsync(CliUnderTest cli, string folder, params string[] options) =>
        cli.RunAsync(["restore", Made(cli), "--data", folder, .. RootKey(cli), .. options]);

    private static List<string> Ids(string list) =>
        [
            .. JsonDocument
                .Parse(list)
                .RootElement.GetProperty("CertificateSummaryList")
                .GetProperty("CertificateSummary")
                .EnumerateArray()
                .Select(each => each.GetProperty("CertificateId").GetString()!)
                .Order(StringComparer.Ordinal),
        ];

    private static string[] EventsOf(string dataFolder) =>
        [.. Directory.EnumerateFiles(Path.Combine(dataFolder, "audit"), "*.jsonl").SelectMany(ReadShared)];

    private static IEnumerable<string> ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n');
    }

    private static void RequireMode0600(string file)
    {
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    private static string Secret(CliUnderTest cli, string passphrase)
    {
        var file = cli.Write($"secret-{passphrase.Length}", passphrase + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return file;
    }
}
