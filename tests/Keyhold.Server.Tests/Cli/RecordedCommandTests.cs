using System.CommandLine;
using System.Text;
using Keyhold.Cli;
using Keyhold.Cli.Commands;
using Keyhold.Crypto.Sealing;
using Keyhold.Server.Audit;
using Keyhold.Server.Hosting;

namespace Keyhold.Server.Tests.Cli;

/// <summary>Every command that works on a data folder leaves an event, when it works and when it is refused.</summary>
public sealed class RecordedCommandTests
{
    private const string Document =
        """{"Version":"1","Statement":[{"Effect":"Allow","Action":"kms:Get*","Resource":"*"}]}""";

    /// <summary>A command that opens the folder is refused when it names another account.</summary>
    private static readonly string[] OtherAccount = ["--account", "9000000000000009"];

    /// <summary>They only read, and write nothing.</summary>
    private static readonly string[] Readers = ["audit verify", "audit query", "audit key", "status"];

    /// <summary>What they ask for is recorded by the server, or they are it.</summary>
    private static readonly string[] OfServers = ["serve", "seal", "unseal"];

    /// <summary>
    /// BackupCommandTests and DatabaseCopyTests look at their events. A restore that is refused leaves nothing, and proving a
    /// backup touches no data folder.
    /// </summary>
    private static readonly string[] OfBackups = ["backup verify", "restore", "database copy"];

    /// <summary>For each command: the words that make it work, those that have it refused, and the event's name.</summary>
    private static readonly Dictionary<string, (string[] Good, string[] Bad, string Event)> Commands = new(
        StringComparer.Ordinal
    )
    {
        ["init"] = (["--data", "{new}"], [], "Initialize"),
        ["database migrate"] = ([], [], "MigrateDatabase"),
        ["backup"] = (["{folder}/made.backup"], ["{folder}/made.backup", .. OtherAccount], "Backup"),
        ["rotate data-key"] = ([], OtherAccount, "RotateDataKey"),
        ["rotate root-key"] = (["--to", "file:{folder}/2.key"], ["--to", "file:/no/such/2.key"], "RotateRootKey"),
        ["audit export"] = (["--to", "{folder}/archive"], ["--to", "{folder}/a-file"], "ExportAudit"),
        ["user create"] = (["carol"], ["alice"], "CreateUser"),
        ["user list"] = ([], OtherAccount, "ListUsers"),
        ["user show"] = (["alice"], ["nobody"], "GetUser"),
        ["user delete"] = (["bob"], ["nobody"], "DeleteUser"),
        ["access-key create"] = (["--user", "bob"], ["--user", "nobody"], "CreateAccessKey"),
        ["access-key list"] = ([], ["--user", "nobody"], "ListAccessKeys"),
        ["access-key last-used"] = ([CliUnderTest.AccessKeyId], ["KHnone"], "GetAccessKeyLastUsed"),
        ["access-key disable"] = ([CliUnderTest.AccessKeyId], ["KHnone"], "UpdateAccessKey"),
        ["access-key enable"] = ([CliUnderTest.AccessKeyId], ["KHnone"], "UpdateAccessKey"),
        ["access-key rotate"] = ([CliUnderTest.AccessKeyId], ["KHnone"], "CreateAccessKey"),
        ["access-key delete"] = ([CliUnderTest.AccessKeyId], ["KHnone"], "DeleteAccessKey"),
        ["policy create"] = (
            ["writes", "--document", "{folder}/policy"],
            ["reads", "--document", "{folder}/policy"],
            "CreatePolicy"
        ),
        ["policy list"] = ([], OtherAccount, "ListPolicies"),
        ["policy show"] = (["reads"], ["none"], "GetPolicy"),
        ["policy update"] = (
            ["reads", "--document", "{folder}/policy"],
            ["none", "--document", "{folder}/policy"],
            "CreatePolicyVersion"
        ),
        ["policy delete"] = (["reads"], ["none"], "DeletePolicy"),
        ["policy attach"] = (["reads", "--user", "bob"], ["none", "--user", "bob"], "AttachPolicyToUser"),
        ["policy detach"] = (
            ["KeyholdCertificateSigner", "--user", "alice"],
            ["none", "--user", "bob"],
            "DetachPolicyFromUser"
        ),
        ["policy simulate"] = (
            ["--user", "alice", "--action", "kms:GetCertificate", "--resource", "acs:kms:*:*:certificate/x"],
            ["--user", "nobody", "--action", "kms:GetCertificate", "--resource", "acs:kms:*:*:certificate/x"],
            "SimulatePolicy"
        ),
    };

    public static TheoryData<string> Names => [.. Commands.Keys];

    /// <summary>
    /// All but database migrate, which is refused only when the database cannot be opened: who does not get the folder
    /// cannot write its trail.
    /// </summary>
    public static TheoryData<string> Refusable =>
        [.. Commands.Keys.Except(["database migrate"], StringComparer.Ordinal)];

    [Fact]
    public void Every_command_that_takes_a_data_folder_is_tested_here()
    {
        using var terminal = new Terminal(Stream.Null, Stream.Null, Stream.Null, _ => null, TimeProvider.System);
        var found = new List<string>();
        Walk(new CommandTree(terminal).Root, "", takesFolder: false, found);
        Assert.Equal(
            Commands.Keys.Concat(Readers).Concat(OfServers).Concat(OfBackups).Order(StringComparer.Ordinal),
            found.Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task What_works_is_an_event(string command)
    {
        await using var cli = await PreparedAsync();
        var before = Events(cli).Count;
        var run = await RunAsync(cli, command, Commands[command].Good);
        Assert.True(run.ExitCode is 0 || command is "policy simulate", run.Error);

        var left = command is "init" ? Events(cli, "new") : [.. Events(cli).Skip(before)];
        Assert.Contains(left, each => each.Name == Commands[command].Event);
        Assert.All(left, AssertDone);
    }

    [Theory]
    [MemberData(nameof(Refusable))]
    public async Task What_is_refused_is_one_event_with_the_reason(string command)
    {
        await using var cli = await PreparedAsync();
        var before = Events(cli).Count;
        var run = await RunAsync(cli, command, Commands[command].Bad);
        Assert.Equal(1, run.ExitCode);

        var refused = Assert.Single(Events(cli).Skip(before));
        Assert.NotNull(refused.ErrorCode);
        Assert.False(string.IsNullOrEmpty(refused.Text("errorMessage")));

        // These ask about what they are to change before they change it, and the folder is opened before all.
        var isEarlier = Commands[command].Bad == OtherAccount || command is "access-key rotate" or "policy delete";
        Assert.True(isEarlier || refused.Name == Commands[command].Event, refused.Json);
        await cli.RunAsync("audit", "verify", cli.DataFolder).ContinueWith(verify => verify.Result.Succeeded());
    }

    [Theory]
    [InlineData("audit verify")]
    [InlineData("audit query")]
    [InlineData("audit key")]
    [InlineData("status")]
    public async Task What_only_reads_writes_nothing(string command)
    {
        await using var cli = await PreparedAsync();
        var before = Content(cli);
        await cli.RunAsync([.. command.Split(' '), .. command is "status" ? ["--data"] : (string[])[], cli.DataFolder]);
        Assert.Equal(before, Content(cli));
    }

    [Fact]
    public async Task A_tampered_row_is_told_and_recorded()
    {
        await using var cli = await PreparedAsync();
        Storage.TemporaryDatabase.Raw(
            Path.Combine(cli.DataFolder, "keyhold.db"),
            "UPDATE users SET comments = 'changed' WHERE user_name = 'alice'"
        );
        (await RunAsync(cli, "user show", ["alice"])).WasRefused("users", "is not what Keyhold wrote");
        var refused = Events(cli)[^1];
        Assert.Equal(("GetUser", "Refused"), (refused.Name, refused.ErrorCode));
    }

    [Fact]
    public async Task A_server_that_does_not_start_records_why()
    {
        await using var cli = await PreparedAsync();
        (await RunAsync(cli, "serve", ["--listen", "http://192.0.2.1:8710", "--insecure-http"])).WasRefused("listen");
        var refused = Events(cli)[^1];
        Assert.Equal(("StopServer", "Refused"), (refused.Name, refused.ErrorCode));
    }

    [Fact]
    public async Task An_export_that_cannot_be_recorded_is_refused_before_anything_is_copied()
    {
        await using var cli = await PreparedAsync();
        File.Delete(Path.Combine(cli.DataFolder, "keyhold.db"));
        await File.WriteAllTextAsync(Path.Combine(cli.DataFolder, "node"), "node-1\n");
        var run = await cli.RunAsync("audit", "export", cli.DataFolder, "--to", cli.PathOf("archive"));
        run.WasBadUsage("No server runs on", "--database");
        Assert.False(Directory.Exists(cli.PathOf("archive")));
    }

    [Fact]
    public async Task Beside_a_server_its_own_trail_takes_the_events()
    {
        await using var cli = new CliUnderTest();
        await cli.StartAsync();
        (await cli.RunAsync("seal", "--data", cli.DataFolder)).Succeeded();
        (await cli.RunAsync("audit", "export", cli.DataFolder, "--to", cli.PathOf("archive"))).Succeeded();
        (await cli.RunAsync("unseal", "--data", cli.DataFolder)).Succeeded();
        await cli.StopAsync();
        var names = Events(cli).Select(each => each.Name).ToList();
        Assert.Equal(["Seal", "ExportAudit", "Unseal", "StopServer"], names[^4..]);
        (await cli.RunAsync("audit", "verify", cli.DataFolder)).Succeeded();
    }

    private static void AssertDone(TrailEvent each)
    {
        Assert.Null(each.ErrorCode);
        Assert.Equal("KeyholdCommand", each.Text("eventType"));
        Assert.Equal(Environment.UserName, each.UserName);
    }

    private static void Walk(Command command, string path, bool takesFolder, List<string> found)
    {
        takesFolder |= command.Options.Any(option => option.Name is "--data");
        var isCommand = command.Subcommands.Count == 0 || command.Action is not null;
        if (isCommand && (takesFolder || command.Arguments.Any(argument => argument.Name is "DIR")))
        {
            found.Add(path);
        }

        foreach (var each in command.Subcommands)
        {
            Walk(each, $"{path} {each.Name}".TrimStart(), takesFolder, found);
        }
    }

    /// <summary>A folder with users and a policy, whose server is stopped.</summary>
    private static async Task<CliUnderTest> PreparedAsync()
    {
        var cli = new CliUnderTest();
        cli.Write("policy", Document);
        cli.Write("a-file", "in the way");
        (await RunAsync(cli, "init", [])).Succeeded();
        (await RunAsync(cli, "user create", ["alice"])).Succeeded();
        (await RunAsync(cli, "user create", ["bob"])).Succeeded();
        (await RunAsync(cli, "policy create", ["reads", "--document", "{folder}/policy"])).Succeeded();
        (await RunAsync(cli, "policy attach", ["KeyholdCertificateSigner", "--user", "alice"])).Succeeded();

        await EndSegmentAsync(cli);
        (await RunAsync(cli, "user list", [])).Succeeded();
        return cli;
    }

    /// <summary>So that there is something to export.</summary>
    private static async Task EndSegmentAsync(CliUnderTest cli)
    {
        var options = new ServerOptions
        {
            DataFolder = cli.DataFolder,
            RootKey = new RootKeyPlace.File(cli.PathOf("root.key")),
            Audit = new AuditOptions { SegmentBytes = 1 },
        };
        await using var opened = await DataFolder.OpenAsync(options, cli.Time, default);
        await opened.Trail.RecordAsync(CommandEvent.Of("EndSegment"));
        await opened.Trail.RecordAsync(CommandEvent.Of("BeginSegment"));
    }

    private static Task<CliRun> RunAsync(CliUnderTest cli, string command, string[] words)
    {
        string[] place = command switch
        {
            "audit export" => [cli.DataFolder],
            "database migrate" => ["--data", cli.DataFolder],
            "init" when words.Length > 0 => ["--root-key", $"file:{cli.PathOf("new.key")}"],
            _ => ["--data", cli.DataFolder, "--root-key", $"file:{cli.PathOf("root.key")}"],
        };
        var folder = Path.GetDirectoryName(cli.DataFolder)!;
        return cli.RunAsync([
            .. command.Split(' '),
            .. words.Select(word =>
                word.Replace("{folder}", folder, StringComparison.Ordinal)
                    .Replace("{new}", cli.PathOf("new"), StringComparison.Ordinal)
            ),
            .. place,
        ]);
    }

    private static IReadOnlyList<TrailEvent> Events(CliUnderTest cli, string folder = "data") =>
        TrailQuery.Run(cli.PathOf(folder), new TrailFilter(), int.MaxValue).Events;

    private static string Content(CliUnderTest cli)
    {
        var content = new StringBuilder();
        foreach (
            var file in Directory
                .GetFiles(cli.DataFolder, "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
        )
        {
            content.Append(file).Append(' ').Append(Convert.ToHexString(File.ReadAllBytes(file))).Append('\n');
        }

        return content.ToString();
    }
}
