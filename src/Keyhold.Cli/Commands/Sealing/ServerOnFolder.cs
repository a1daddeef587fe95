using System.CommandLine;
using Keyhold.Server.Control;
using Keyhold.Server.Hosting;

namespace Keyhold.Cli.Commands.Sealing;

/// <summary>The server that runs on a data folder, asked through the control socket in it.</summary>
internal sealed class ServerOnFolder(string? dataFolder, Terminal terminal)
{
    private readonly ControlClient client = new(dataFolder ?? FolderOptions.DefaultFolder);

    public string Folder { get; } = Path.GetFullPath(dataFolder ?? FolderOptions.DefaultFolder);

    public static Option<string?> DataOption() =>
        new("--data")
        {
            Description = $"The data folder that the server runs on [default: {FolderOptions.DefaultFolder}]",
            HelpName = "DIR",
        };

    /// <summary>The passphrase, which the caller clears.</summary>
    public static byte[] Ask(Func<bool, byte[]?> passphrase, bool chosenNow = false) =>
        passphrase(chosenNow)
        ?? throw new UsageException(
            "A passphrase is needed, and nobody is there to type it. Use --passphrase-file or --passphrase-fd."
        );

    /// <summary>How the server is; null when none runs.</summary>
    public async Task<ControlAnswer?> AskAsync(CancellationToken stop)
    {
        using var request = new ControlRequest { Command = ControlCommand.Status };
        return await client.SendAsync(request, _ => { }, stop).ConfigureAwait(false);
    }

    /// <summary>Sends the request; what goes wrong is a <see cref="StartException"/>.</summary>
    public async Task<ControlAnswer> RequireAsync(
        ControlRequest request,
        CancellationToken stop,
        Action<ControlAnswer>? progress = null
    )
    {
        var answer =
            await client.SendAsync(request, progress ?? (_ => { }), stop).ConfigureAwait(false) ?? throw NotRunning();
        return answer.Failure is { } failure ? throw new StartException(failure, "") : answer;
    }

    public StartException NotRunning() =>
        new(
            $"No server runs on the data folder {Folder}.",
            $"Check --data, or start it with {terminal.Program} serve."
        );
}
