using System.CommandLine;
using System.Security.Cryptography;
using Keyhold.Server.Control;
using Keyhold.Server.Hosting;

namespace Keyhold.Cli.Commands.Sealing;

/// <summary>seal, unseal and status: what the owner of a data folder can tell the server that runs on it.</summary>
internal sealed class SealCommands(Terminal terminal)
{
    private readonly Option<string?> data = ServerOnFolder.DataOption();
    private readonly PassphraseOptions passphrase = PassphraseOptions.OfRootKey();

    public static IEnumerable<Command> Create(Terminal terminal)
    {
        var commands = new SealCommands(terminal);
        return [commands.CreateUnseal(), commands.CreateSeal(), commands.CreateStatus()];
    }

    private CommandWithExamples CreateUnseal()
    {
        var command = new CommandWithExamples(
            "unseal",
            "Gives a sealed server its root key, so that it answers. Asks for the passphrase if there is one.",
            """
            keyhold unseal --data /var/lib/keyhold
            keyhold unseal --data /var/lib/keyhold --passphrase-fd 3 3< /run/secrets/passphrase
            """
        )
        {
            data,
        };
        passphrase.AddTo(command);
        command.SetAction((parsed, stop) => UnsealAsync(parsed, stop));
        return command;
    }

    private Command CreateSeal()
    {
        var command = new Command(
            "seal",
            "Makes a running server forget all keys at once. It answers 503 until it is unsealed."
        )
        {
            data,
        };
        command.SetAction(
            async (parsed, stop) =>
            {
                using var request = new ControlRequest { Command = ControlCommand.Seal };
                var answer = await ServerOn(parsed).RequireAsync(request, stop).ConfigureAwait(false);
                terminal.Out.WriteLine(answer.Note);
                return ExitCode.Good;
            }
        );
        return command;
    }

    private Command CreateStatus()
    {
        var command = new Command(
            "status",
            "Says whether a server runs on a data folder, and whether it is sealed. Exit code 0 means unsealed."
        )
        {
            data,
        };
        command.SetAction(
            async (parsed, stop) =>
            {
                var server = ServerOn(parsed);
                if (await server.AskAsync(stop).ConfigureAwait(false) is not { } answer)
                {
                    terminal.Out.WriteLine($"Server       none runs on {server.Folder}");
                    return ExitCode.Refused;
                }

                Tell(answer);
                return answer.IsSealed ? ExitCode.Refused : ExitCode.Good;
            }
        );
        return command;
    }

    private async Task<int> UnsealAsync(ParseResult parsed, CancellationToken stop)
    {
        var server = ServerOn(parsed);
        var status = await server.AskAsync(stop).ConfigureAwait(false) ?? throw server.NotRunning();
        if (!status.IsSealed)
        {
            terminal.Out.WriteLine("The server was unsealed already.");
            return ExitCode.Good;
        }

        var given = status.RootKeyProvider is "passphrase" ? ServerOnFolder.Ask(passphrase.Read(parsed, terminal)) : [];
        try
        {
            using var request = new ControlRequest { Command = ControlCommand.Unseal, Passphrase = given };
            var answer = await server.RequireAsync(request, stop).ConfigureAwait(false);
            terminal.Out.WriteLine(answer.Note);
            return ExitCode.Good;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(given);
        }
    }

    private ServerOnFolder ServerOn(ParseResult parsed) => new(parsed.GetValue(data), terminal);

    private void Tell(ControlAnswer answer)
    {
        terminal.Out.WriteLine($"Server       {(answer.IsSealed ? "sealed" : "unsealed")}");
        terminal.Out.WriteLine($"Root key     {answer.RootKeyPlace}");
        if (answer.DataKeyId is { } id)
        {
            terminal.Out.WriteLine($"Data key     {id}");
        }

        if (answer.Rotation is { } rotation)
        {
            terminal.Out.WriteLine($"Rotation     {RotationText.Of(rotation)}");
        }
    }
}
