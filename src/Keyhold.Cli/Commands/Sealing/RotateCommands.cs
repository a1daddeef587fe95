using System.CommandLine;
using System.Security.Cryptography;
using Keyhold.Crypto.Sealing;
using Keyhold.Server.Control;
using Keyhold.Server.Hosting;
using Keyhold.Server.RootKeys;

namespace Keyhold.Cli.Commands.Sealing;

/// <summary>
/// rotate data-key and rotate root-key: through the control socket when a server runs on the data folder, else on the
/// folder itself.
/// </summary>
internal sealed class RotateCommands
{
    private readonly Terminal terminal;
    private readonly FolderOptions folder = new($"The data folder [default: {FolderOptions.DefaultFolder}]");
    private readonly PassphraseOptions newPassphrase = PassphraseOptions.OfNewRootKey();
    private readonly Option<bool> retire = new("--retire")
    {
        Description = "Delete the older data keys afterwards; needs a stopped server",
    };
    private readonly Option<string> to = new("--to")
    {
        Description = "Where the new root key is, or shall be made",
        HelpName = "file:PATH|passphrase|pkcs11:URI",
        Required = true,
    };

    private RotateCommands(Terminal terminal) => this.terminal = terminal;

    public static Command Create(Terminal terminal)
    {
        var commands = new RotateCommands(terminal);
        return new Command("rotate", "Puts a new data key or another root key into use.")
        {
            commands.CreateDataKey(),
            commands.CreateRootKey(),
        };
    }

    private CommandWithExamples CreateDataKey()
    {
        var command = new CommandWithExamples(
            "data-key",
            "Makes a new data key, uses it at once, and moves everything to it, also while a server runs.",
            """
            keyhold rotate data-key --data /var/lib/keyhold
            """
        )
        {
            retire,
        };
        folder.AddTo(command);
        command.SetAction(RotateDataKeyAsync);
        return command;
    }

    private CommandWithExamples CreateRootKey()
    {
        var command = new CommandWithExamples(
            "root-key",
            "Seals the key ring by another root key. The old one is left; older backups open with it alone.",
            """
            keyhold rotate root-key --data /var/lib/keyhold --root-key file:/etc/keyhold/root.key \
                --to file:/etc/keyhold/root-2027.key
            keyhold rotate root-key --data /var/lib/keyhold --to passphrase
            """
        )
        {
            to,
        };
        folder.AddTo(command);
        newPassphrase.AddTo(command);
        command.SetAction(RotateRootKeyAsync);
        return command;
    }

    private async Task<int> RotateDataKeyAsync(ParseResult parsed, CancellationToken stop)
    {
        var server = new ServerOnFolder(parsed.GetValue(folder.Data), terminal);
        if (await server.AskAsync(stop).ConfigureAwait(false) is not { } status)
        {
            return await OfflineAsync(parsed, stop).ConfigureAwait(false);
        }

        if (parsed.GetValue(retire))
        {
            throw new UsageException(
                "--retire needs the data folder to itself, since a request that runs could still write under an older key. "
                    + "Stop the server and run it again, or leave out --retire."
            );
        }

        RequireUnsealed(status);
        var given = AskIf(status.RootKeyProvider is "passphrase", parsed);
        try
        {
            using var request = new ControlRequest { Command = ControlCommand.RotateDataKey, Passphrase = given };
            var answer = await server.RequireAsync(request, stop, now => Show(now.Rotation)).ConfigureAwait(false);
            return Finish(answer.Rotation!);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(given);
        }
    }

    private async Task<int> OfflineAsync(ParseResult parsed, CancellationToken stop)
    {
        var keys = await OfflineKeys
            .OpenAsync(folder.Read(parsed, terminal), terminal.Time, stop)
            .ConfigureAwait(false);
        await using (keys.ConfigureAwait(false))
        {
            var given = AskIf(keys.NeedsPassphrase, parsed);
            try
            {
                var end = await keys.RotateDataKeyAsync(given, parsed.GetValue(retire), Show, stop)
                    .ConfigureAwait(false);
                return Finish(end);
            }
            catch (WrongPassphraseException wrong)
            {
                throw new StartException(wrong.Message, "", wrong);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(given);
            }
        }
    }

    private async Task<int> RotateRootKeyAsync(ParseResult parsed, CancellationToken stop)
    {
        var place = FolderOptions.Absolute(FolderOptions.PlaceOf(parsed.GetRequiredValue(to)));
        var server = new ServerOnFolder(parsed.GetValue(folder.Data), terminal);
        var status = await server.AskAsync(stop).ConfigureAwait(false);
        var offline = status is null
            ? await OfflineKeys.OpenAsync(folder.Read(parsed, terminal), terminal.Time, stop).ConfigureAwait(false)
            : null;
        byte[] given = [];
        byte[] chosen = [];
        try
        {
            given = AskIf(offline?.NeedsPassphrase ?? status!.RootKeyProvider is "passphrase", parsed);
            chosen = place is RootKeyPlace.Passphrase ? AskForNew(parsed) : [];
            terminal.Out.WriteLine(
                offline is not null
                    ? await offline.RotateRootKeyAsync(place, given, chosen, stop).ConfigureAwait(false)
                    : (await SendAsync(server, place, given, chosen, stop).ConfigureAwait(false)).Note
            );
            return ExitCode.Good;
        }
        catch (WrongPassphraseException wrong)
        {
            throw new StartException(wrong.Message, "", wrong);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(given);
            CryptographicOperations.ZeroMemory(chosen);
            if (offline is not null)
            {
                await offline.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private static async Task<ControlAnswer> SendAsync(
        ServerOnFolder server,
        RootKeyPlace place,
        byte[] given,
        byte[] chosen,
        CancellationToken stop
    )
    {
        using var request = new ControlRequest
        {
            Command = ControlCommand.RotateRootKey,
            To = place.Text,
            Passphrase = given,
            NewPassphrase = chosen,
        };
        return await server.RequireAsync(request, stop).ConfigureAwait(false);
    }

    private byte[] AskIf(bool needed, ParseResult parsed) =>
        needed ? ServerOnFolder.Ask(folder.Passphrase.Read(parsed, terminal)) : [];

    private byte[] AskForNew(ParseResult parsed)
    {
        if (terminal.IsInteractive)
        {
            terminal.Error.WriteLine("The passphrase of the new root key:");
        }

        return newPassphrase.Read(parsed, terminal)(true)
            ?? throw new UsageException(
                "A new passphrase is needed, and nobody is there to type it. Use --new-passphrase-file or --new-passphrase-fd."
            );
    }

    private static void RequireUnsealed(ControlAnswer status)
    {
        if (status.IsSealed)
        {
            throw new StartException("The server is sealed.", "Unseal it first, with keyhold unseal.");
        }
    }

    /// <summary>One line that is written over on a terminal, and nothing in a log.</summary>
    private void Show(RotationProgress? rotation)
    {
        if (rotation is not null && terminal.IsInteractive)
        {
            terminal.Error.Write($"\r{RotationText.Of(rotation)}");
        }
    }

    private int Finish(RotationProgress end)
    {
        if (terminal.IsInteractive)
        {
            terminal.Error.WriteLine();
        }

        terminal.Out.WriteLine($"The rotation of the data key is {RotationText.Of(end)}.");
        return end.LeftBehind.Count == 0 ? ExitCode.Good : ExitCode.Refused;
    }
}
