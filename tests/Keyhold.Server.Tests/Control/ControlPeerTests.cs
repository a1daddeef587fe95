using System.Diagnostics;
using Keyhold.Server.Audit;
using Keyhold.Server.Tests.Cli;

namespace Keyhold.Server.Tests.Control;

/// <summary>Whom the trail names for a command that came through the control socket.</summary>
public sealed class ControlPeerTests
{
    private const string OtherUserId = "65534";
    private const string Ready = "Keyhold is listening on ";

    [Fact]
    public async Task A_command_is_its_sender_s_and_not_the_server_s()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux()
                && OperatingSystemUser.OfThisProcess().Id == "0"
                && File.Exists("/usr/bin/setpriv"),
            "Only root can start a server as another user."
        );
        await using var cli = new CliUnderTest();
        string[] place = ["--data", cli.DataFolder, "--root-key", $"file:{cli.PathOf("root.key")}"];
        (await cli.RunAsync(["init", .. place])).Succeeded();
        using (var chown = Process.Start("chown", ["-R", OtherUserId, Path.GetDirectoryName(cli.DataFolder)!]))
        {
            await chown.WaitForExitAsync();
        }

        using var server = new ProgramUnderTest(
            ["setpriv", $"--reuid={OtherUserId}", "--clear-groups"],
            new Dictionary<string, string>(StringComparer.Ordinal) { ["DOTNET_EnableDiagnostics"] = "0" },
            ["serve", .. place, "--listen", "http://127.0.0.1:0"]
        );
        Assert.StartsWith(Ready, await server.ReadLineAsync(), StringComparison.Ordinal);
        (await cli.RunAsync("seal", "--data", cli.DataFolder)).Succeeded();
        server.Signal("TERM");
        (await server.EndAsync()).Succeeded();

        Assert.Equal(("0", "root"), ActorOf(cli, "Seal"));
        Assert.Equal(OtherUserId, ActorOf(cli, "StopServer").Id);
    }

    [Fact]
    public async Task The_same_user_is_named_too()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Peers are known on Linux.");
        await using var cli = await CliUnderTest.StartServerAsync();
        (await cli.RunAsync("seal", "--data", cli.DataFolder)).Succeeded();
        Assert.Equal(OperatingSystemUser.OfThisProcess().Id, ActorOf(cli, "Seal").Id);
    }

    private static (string? Id, string? Name) ActorOf(CliUnderTest cli, string name)
    {
        var filter = new TrailFilter { Action = name };
        var each = TrailQuery.Run(cli.DataFolder, filter, 1).Events[0];
        return (each.Text("userIdentity", "principalId"), each.UserName);
    }
}
