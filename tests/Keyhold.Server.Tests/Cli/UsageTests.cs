using System.Reflection;
using Keyhold.Cli;

namespace Keyhold.Server.Tests.Cli;

public class UsageTests
{
    public static TheoryData<string, string> BadCommands =>
        new()
        {
            { "", "needs a command" },
            { "cert", "needs a command" },
            { "database", "needs a command" },
            { "bogus", "there is no `keyhold bogus`" },
            { "cert crate", "there is no `keyhold cert crate`" },
            { "cert list --bogus", "--bogus" },
            { "cert get", "'ID'" },
            { "cert create --subject CN=a", "--key-spec" },
            { "cert create --key-spec EC_P256", "--subject" },
            { "cert create --key-spec EC_P256 --subject CN=a --exportable maybe", "maybe" },
            { "cert create --key-spec EC_P256 --subject CN=a --out - --json", "Choose one" },
            { "cert upload ID", "--certificate" },
            { "cert sign ID --message m", "--algorithm" },
            { "cert sign ID --algorithm A", "--message-file" },
            { "cert sign ID --algorithm A --message m --digest 00", "exactly one" },
            { "cert sign ID --algorithm A --digest xyz", "hex" },
            { "cert sign ID --algorithm A --message-file /no/such/file", "no such file" },
            { "cert sign ID --algorithm A --message m --out /", "folder" },
            { "cert verify ID --algorithm A --message m", "--signature" },
            { "cert verify ID --algorithm A --message m --signature a --signature-file b", "exactly one" },
            { "cert encrypt ID --algorithm A", "--plaintext" },
            { "cert decrypt ID --algorithm A", "--ciphertext" },
            { "cert decrypt ID --algorithm A --ciphertext AA== --json --out -", "Choose one" },
            { "cert get ID --csr - --chain -", "Only one" },
            { "cert status ID", "'STATUS'" },
            { "access-key disable", "'ACCESS-KEY-ID'" },
            { "access-key list --root-key file:x", "--data" },
            { "access-key list --database Host=a;Database=b", "--data" },
            { "serve --database postgres://keyhold:canary@db/keyhold", "it is a URL" },
            { "serve --database Host=db", "names no Database" },
            { "serve --dev --replay-shared", "--database" },
            { "database migrate --database Host=db Password=canary", "needs quotes" },
            { "access-key list --data d --endpoint http://127.0.0.1:1", "Leave out --endpoint" },
            { "access-key create --data d --ca-cert ca.pem", "Leave out --ca-cert" },
            { "access-key delete KH1 --endpoint http://127.0.0.1:1 --data d", "exclude each other" },
            { "api", "'Action'" },
            { "serve --root-key /etc/root.key", "file:PATH" },
            { "serve --root-key file:", "file:PATH" },
            { "serve --account abc", "--account" },
            { "serve --region Berlin", "--region" },
            { "serve --dev --listen ftp://127.0.0.1", "ftp://127.0.0.1" },
            { "init --root-key file:k --account abc", "--account" },
            { "serve --tls-cert a.pem", "--tls-key" },
            { "serve --tls-key a.pem", "--tls-cert" },
            { "cert list --endpoint 127.0.0.1:8710", "http://" },
            { "cert list --endpoint ftp://127.0.0.1", "http://" },
            { "cert list --endpoint http://127.0.0.1:8710/kms", "more than" },
            { "cert list --endpoint http://user@127.0.0.1:8710", "more than" },
            { "cert list --ca-cert /no/such/file", "--ca-cert" },
            { "cert check leaf.pem --endpoint http://127.0.0.1:1", "--endpoint" },
            { "cert check leaf.pem --ca-cert ca.pem", "--ca-cert" },
        };

    [Theory]
    [MemberData(nameof(BadCommands))]
    public async Task Bad_usage_exits_2_and_says_what_is_expected(string command, string expected)
    {
        await using var cli = new CliUnderTest();
        var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var run = await cli.RunAsync(words);
        if (words.Contains("--json"))
        {
            Assert.Equal("Client.BadUsage", run.ErrorJson.GetProperty("Code").GetString());
        }

        run.WasBadUsage(expected);
    }

    [Theory]
    [InlineData("maybe")]
    [InlineData("yes")]
    [InlineData("")]
    public async Task A_wrong_exportable_is_refused_in_one_line(string value)
    {
        await using var cli = new CliUnderTest();
        string[] create = ["cert", "create", "--key-spec", "EC_P256", "--subject", CertificateScenario.Subject];
        var run = await cli.RunAsync([.. create, "--exportable", value]);
        run.WasBadUsage();
        Assert.Equal($"keyhold: --exportable is \"{value}\", but true or false is expected.\n", run.Error);
    }

    [Fact]
    public async Task A_missing_access_key_is_named()
    {
        await using var cli = new CliUnderTest();
        cli.Environment.Remove("KEYHOLD_ACCESS_KEY_SECRET");
        (await cli.RunAsync("cert", "list")).WasBadUsage("KEYHOLD_ACCESS_KEY_SECRET");
        (await cli.RunAsync("serve", "--dev")).WasBadUsage("Only one of");
    }

    [Theory]
    [InlineData("cert check", false)]
    [InlineData("cert list", true)]
    [InlineData("access-key list", true)]
    [InlineData("api", true)]
    [InlineData("demo", false)]
    [InlineData("init", false)]
    public async Task The_help_shows_the_options_of_clients_where_a_server_is_asked_only(string command, bool isClient)
    {
        await using var cli = new CliUnderTest();
        var help = (await cli.RunAsync([.. command.Split(' '), "--help"])).Succeeded().Output;
        Assert.Equal(isClient, help.Contains("--endpoint", StringComparison.Ordinal));
        Assert.Equal(isClient, help.Contains("--ca-cert", StringComparison.Ordinal));
        Assert.Equal(isClient || command is "cert check", help.Contains("--json", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_version_is_the_programs()
    {
        await using var cli = new CliUnderTest();
        var version = typeof(Terminal)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion;
        Assert.Equal($"{version}\n", (await cli.RunAsync("--version")).Succeeded().Output);
    }

    [Theory]
    [InlineData("serve")]
    [InlineData("cert create")]
    [InlineData("cert upload")]
    [InlineData("api")]
    public async Task The_help_of_the_main_commands_ends_with_examples(string command)
    {
        await using var cli = new CliUnderTest();
        var help = (await cli.RunAsync([.. command.Split(' '), "--help"])).Succeeded().Output;
        Assert.Contains($"Examples:\n  keyhold {command}", help, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_answering_is_told_with_the_endpoint_and_a_remedy()
    {
        await using var cli = new CliUnderTest();
        const string closed = "http://127.0.0.1:1";
        (await cli.RunAsync("cert", "list", "--endpoint", closed)).WasRefused(
            closed,
            "keyhold serve --dev",
            "--endpoint"
        );
        var json = await cli.RunAsync("cert", "list", "--endpoint", closed, "--json");
        Assert.Equal("Client.Unreachable", json.ErrorJson.GetProperty("Code").GetString());
    }

    [Fact]
    public async Task A_host_that_does_not_exist_is_told()
    {
        await using var cli = new CliUnderTest();
        (await cli.RunAsync("cert", "list", "--endpoint", "http://keyhold.invalid")).WasRefused("keyhold.invalid");
    }

    [Fact]
    public async Task A_wrong_secret_is_refused_by_the_server()
    {
        await using var cli = await CliUnderTest.StartServerAsync();
        cli.Environment["KEYHOLD_ACCESS_KEY_SECRET"] = "wrong";
        (await cli.RunAsync("cert", "list")).WasRefused("SignatureDoesNotMatch", "Request id: ");
    }

    [Fact]
    public async Task Control_characters_in_a_message_do_not_reach_the_terminal()
    {
        Assert.Equal("a\\u001B[2Jb", Keyhold.Cli.Output.Plain.Text("a\u001b[2Jb"));
        await using var cli = await CliUnderTest.StartServerAsync();
        var run = await cli.RunAsync("cert", "describe", "\u001b[2J");
        Assert.DoesNotContain('\u001b', run.Error);
    }
}
