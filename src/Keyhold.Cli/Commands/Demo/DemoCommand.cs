using System.CommandLine;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Keyhold.Cli.Api;
using Keyhold.Protocol.Signing;
using Keyhold.Server.Hosting;

namespace Keyhold.Cli.Commands.Demo;

/// <summary>demo: the main job once, for real, on a throw-away server that leaves nothing behind.</summary>
internal static class DemoCommand
{
    private const int SecretLength = 32;

    public static Command Create(Terminal terminal)
    {
        var command = new Command(
            "demo",
            "Shows what Keyhold does: runs a throw-away server and takes certificates of all key specs through their life."
        );
        command.SetAction((_, stop) => RunAsync(terminal, stop));
        return command;
    }

    private static async Task<int> RunAsync(Terminal terminal, CancellationToken stop)
    {
        using var interrupted = CancellationTokenSource.CreateLinkedTokenSource(stop);
        void Interrupt(PosixSignalContext context)
        {
            context.Cancel = true;
            interrupted.Cancel();
        }

        using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
        using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
        var folder = Directory.CreateTempSubdirectory("keyhold-demo-").FullName;
        try
        {
            await ShowAsync(folder, terminal, interrupted.Token).ConfigureAwait(false);
            return ExitCode.Good;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task ShowAsync(string folder, Terminal terminal, CancellationToken stop)
    {
        var start = terminal.Time.GetTimestamp();
        var key = new InitialAccessKey("demo", RandomNumberGenerator.GetHexString(SecretLength));
        var options = new ServerOptions
        {
            DataFolder = folder,
            Listen = ["http://127.0.0.1:0"],
            Dev = true,
            InitialAccessKey = key,
        };
        var printer = new DemoPrinter(terminal);
        var server = await KeyholdServer.StartAsync(options, terminal.Time, stop).ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            var endpoint = Endpoint.Parse(server.Urls[0]);
            var credential = new SigningCredential(key.AccessKeyId, Encoding.UTF8.GetBytes(key.Secret));
            using var client = new ApiClient(endpoint, credential, TrustedAuthorities.FromSystem(), terminal);
            printer.Begin(endpoint, folder);
            await new DemoStory(client, printer, terminal.Time).TellAsync(stop).ConfigureAwait(false);
        }

        printer.End(terminal.Time.GetElapsedTime(start));
    }
}
