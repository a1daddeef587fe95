using System.Net;

namespace Keyhold.Server.Tests.Cli;

/// <summary>Passphrases and HSMs end to end, through real processes.</summary>
public class SealingCommandTests
{
    private const string Passphrase = "correct horse battery staple";
    private const string Ready = "Keyhold is listening on ";

    private static readonly Dictionary<string, string> Environment = new(StringComparer.Ordinal)
    {
        ["KEYHOLD_ACCESS_KEY_ID"] = CliUnderTest.AccessKeyId,
        ["KEYHOLD_ACCESS_KEY_SECRET"] = CliUnderTest.Secret,
    };

    [Fact]
    public async Task A_server_starts_sealed_and_opens_with_the_right_passphrase_alone()
    {
        await using var cli = await InitializedAsync();
        using var server = Serve(cli);
        var line = await server.ReadLineAsync();
        var url = line[Ready.Length..];
        using var http = new HttpClient();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.GetAsync($"{url}/health/ready")).StatusCode);
        Assert.Equal(1, (await cli.RunAsync("status", "--data", cli.DataFolder)).ExitCode);

        await RunAsync(cli, "unseal", "--data", cli.DataFolder, "--passphrase-file", Secret(cli, "wrong horse battery"))
            .ContinueWith(run => run.Result.WasRefused("The passphrase is wrong"));
        (await RunAsync(cli, "unseal", "--data", cli.DataFolder)).WasBadUsage("nobody is there to type it");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.GetAsync($"{url}/health/ready")).StatusCode);

        (
            await RunAsync(cli, "unseal", "--data", cli.DataFolder, "--passphrase-file", Secret(cli, Passphrase))
        ).Succeeded();
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync($"{url}/health/ready")).StatusCode);
        (await RunAsync(cli, "status", "--data", cli.DataFolder)).Succeeded();

        (await RunAsync(cli, "seal", "--data", cli.DataFolder)).Succeeded();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.GetAsync($"{url}/health/ready")).StatusCode);
        server.Signal("TERM");
        Assert.Contains("unseal --data", (await server.EndAsync()).Succeeded().Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_systemd_credential_and_a_file_open_a_server_at_its_start()
    {
        await using var cli = await InitializedAsync();
        var credentials = Directory.CreateDirectory(cli.PathOf("credentials")).FullName;
        File.Copy(Secret(cli, Passphrase), Path.Combine(credentials, "keyhold-passphrase"));
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["CREDENTIALS_DIRECTORY"] = credentials,
        };
        using (var server = Serve(cli, environment))
        {
            Assert.StartsWith(Ready, await server.ReadLineAsync(), StringComparison.Ordinal);
            (await RunAsync(cli, "status", "--data", cli.DataFolder)).Succeeded();
        }

        using var again = Serve(cli, null, "--passphrase-file", Secret(cli, "wrong horse battery"));
        (await again.EndAsync()).WasRefused("The passphrase is wrong");
    }

    [Theory]
    [InlineData("short", "at least 12")]
    [InlineData("", "empty")]
    public async Task A_weak_new_passphrase_is_refused_and_nothing_is_sealed_with_it(string passphrase, string reason)
    {
        await using var cli = new CliUnderTest();
        var run = await InitAsync(cli, "passphrase", "--passphrase-file", Secret(cli, passphrase));
        run.WasBadUsage(reason);
        var good = await InitAsync(cli, "passphrase", "--passphrase-file", Secret(cli, Passphrase));
        good.Succeeded();
    }

    [Fact]
    public async Task A_passphrase_file_that_others_can_read_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no Unix file modes.");
        await using var cli = new CliUnderTest();
        var file = Secret(cli, Passphrase);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        }

        (await InitAsync(cli, "passphrase", "--passphrase-file", file)).WasBadUsage("chmod 600");
    }

    [Fact]
    public async Task The_wrong_kind_of_root_key_is_named()
    {
        await using var cli = await InitializedAsync();
        using var server = Serve(cli, null, "--root-key", $"file:{cli.PathOf("root.key")}");
        (await server.EndAsync()).WasRefused("of the kind \"passphrase\"", "--root-key passphrase");
    }

    [Fact]
    public async Task A_server_does_not_wait_for_a_passphrase_that_there_is_not()
    {
        await using var cli = new CliUnderTest();
        (await InitAsync(cli, $"file:{cli.PathOf("root.key")}")).Succeeded();
        using var server = Serve(cli, null, "--root-key", "passphrase");
        (await server.EndAsync()).WasRefused("of the kind \"file\"", "says \"passphrase\"");
    }

    [Fact]
    public async Task A_passphrase_or_PIN_among_the_arguments_is_refused_and_not_repeated()
    {
        await using var cli = new CliUnderTest();
        var run = await InitAsync(cli, "passphrase:hunter2");
        run.WasBadUsage("--passphrase-file");
        Assert.DoesNotContain("hunter2", run.Error, StringComparison.Ordinal);
        run = await InitAsync(cli, "pkcs11:token=t;object=o?module-path=/m.so&pin-value=4711");
        run.WasBadUsage("pin-source");
        Assert.DoesNotContain("4711", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_root_key_moves_between_providers_and_a_backup_opens_with_its_own()
    {
        await using var cli = await InitializedAsync();
        var backup = cli.PathOf("backup");
        Directory.CreateDirectory(backup);
        File.Copy(Path.Combine(cli.DataFolder, "keyhold.db"), Path.Combine(backup, "keyhold.db"));
        var file = $"file:{cli.PathOf("root.key")}";
        string[] rotate = ["rotate", "root-key", "--data", cli.DataFolder];

        (
            await RunAsync(cli, [.. rotate, "--to", file, "--passphrase-file", Secret(cli, "wrong horse battery")])
        ).WasRefused("The passphrase is wrong");
        var run = await RunAsync(cli, [.. rotate, "--to", file, "--passphrase-file", Secret(cli, Passphrase)]);
        Assert.Contains(file, run.Succeeded().Output, StringComparison.Ordinal);
        (await RunAsync(cli, [.. rotate, "--to", file, "--root-key", file])).WasRefused("already");
        using (var server = Serve(cli, null, "--root-key", file))
        {
            Assert.StartsWith(Ready, await server.ReadLineAsync(), StringComparison.Ordinal);

            // And back, while the server runs.
            run = await RunAsync(
                cli,
                [.. rotate, "--to", "passphrase", "--new-passphrase-file", Secret(cli, "another good passphrase")]
            );
            run.Succeeded();
            (await RunAsync(cli, "seal", "--data", cli.DataFolder)).Succeeded();
            (
                await RunAsync(
                    cli,
                    "unseal",
                    "--data",
                    cli.DataFolder,
                    "--passphrase-file",
                    Secret(cli, "another good passphrase")
                )
            ).Succeeded();
        }

        string[] list = ["access-key", "list", "--data"];
        (await RunAsync(cli, [.. list, backup, "--passphrase-file", Secret(cli, Passphrase)])).Succeeded();
        (await RunAsync(cli, [.. list, cli.DataFolder, "--passphrase-file", Secret(cli, Passphrase)])).WasRefused(
            "The passphrase is wrong"
        );
    }

    [Fact]
    public async Task A_root_key_in_an_HSM_opens_the_folder_and_a_running_server_goes_on_without_it()
    {
        Assert.SkipUnless(File.Exists(SoftHsmFolder.Module), "SoftHSM is not installed.");
        await using var cli = new CliUnderTest();
        var hsm = new SoftHsmFolder(cli);
        var init = await InitAsync(cli, hsm.Uri("keyhold"), hsm.Environment);
        Assert.Contains("made now", init.Succeeded().Output, StringComparison.Ordinal);
        Assert.DoesNotContain(SoftHsmFolder.Pin, init.Output + init.Error, StringComparison.Ordinal);
        using (var server = Serve(cli, hsm.Environment, "--root-key", hsm.Uri("keyhold")))
        {
            var url = (await server.ReadLineAsync())[Ready.Length..];
            hsm.Unplug();
            using var list = new ProgramUnderTest(Environment, "cert", "list", "--endpoint", url);
            (await list.EndAsync()).Succeeded();
        }

        using (var unplugged = Serve(cli, hsm.Environment, "--root-key", hsm.Uri("keyhold")))
        {
            (await unplugged.EndAsync()).WasRefused("shows no token", "Plug in");
        }

        hsm.PlugIn();
        using (var wrongPin = Serve(cli, hsm.Environment, "--root-key", hsm.Uri("keyhold", pin: "000000")))
        {
            (await wrongPin.EndAsync()).WasRefused("The PIN of the token \"keyhold\" is wrong");
        }

        var file = $"file:{cli.PathOf("root.key")}";
        using var rotate = new ProgramUnderTest(
            hsm.Environment,
            "rotate",
            "root-key",
            "--data",
            cli.DataFolder,
            "--root-key",
            hsm.Uri("keyhold"),
            "--to",
            file
        );
        (await rotate.EndAsync()).Succeeded();
        using var moved = Serve(cli, null, "--root-key", file);
        Assert.StartsWith(Ready, await moved.ReadLineAsync(), StringComparison.Ordinal);
    }

    private static async Task<CliUnderTest> InitializedAsync()
    {
        var cli = new CliUnderTest();
        (await InitAsync(cli, "passphrase", "--passphrase-file", Secret(cli, Passphrase))).Succeeded();
        return cli;
    }

    private static Task<CliRun> InitAsync(CliUnderTest cli, string rootKey, params string[] more) =>
        RunAsync(cli, ["init", "--data", cli.DataFolder, "--root-key", rootKey, .. more]);

    private static async Task<CliRun> InitAsync(
        CliUnderTest cli,
        string rootKey,
        Dictionary<string, string> environment
    )
    {
        using var init = new ProgramUnderTest(
            new Dictionary<string, string>(environment.Concat(Environment), StringComparer.Ordinal),
            "init",
            "--data",
            cli.DataFolder,
            "--root-key",
            rootKey
        );
        return await init.EndAsync();
    }

    private static ProgramUnderTest Serve(
        CliUnderTest cli,
        Dictionary<string, string>? environment = null,
        params string[] more
    ) => new(environment, ["serve", "--data", cli.DataFolder, "--listen", "http://127.0.0.1:0", .. more]);

    private static Task<CliRun> RunAsync(CliUnderTest cli, params string[] arguments) => cli.RunAsync(arguments);

    private static string Secret(CliUnderTest cli, string passphrase)
    {
        var path = cli.Write(
            $"secret-{passphrase.Length}-{passphrase.GetHashCode(StringComparison.Ordinal):x}",
            passphrase + "\n"
        );
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return path;
    }
}
