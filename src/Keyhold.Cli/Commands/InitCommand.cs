using System.CommandLine;
using Keyhold.Cli.Api;
using Keyhold.Cli.Input;
using Keyhold.Cli.Output;
using Keyhold.Crypto.Sealing;
using Keyhold.Server.Hosting;

namespace Keyhold.Cli.Commands;

/// <summary>init: prepares a data folder for production: database, root key, first access key.</summary>
internal static class InitCommand
{
    public static Command Create(Terminal terminal)
    {
        var folder = new FolderOptions($"The data folder to prepare [default: {FolderOptions.DefaultFolder}]");
        folder.RootKey.Description = "Where the root key shall live, which seals all others [asked when not given]";
        var command = new CommandWithExamples(
            "init",
            "Prepares a data folder: makes the database, the root key and the first access key.",
            """
            keyhold init --data /var/lib/keyhold --root-key file:/etc/keyhold/root.key
            keyhold init --data /var/lib/keyhold --root-key passphrase
            keyhold init --data /var/lib/keyhold --root-key file:/etc/keyhold/root.key \
                --database "Host=db1,db2;Database=keyhold;Username=keyhold;Passfile=/etc/keyhold/pgpass"
            """
        );
        folder.AddTo(command);
        command.SetAction(
            async (parsed, stop) =>
            {
                var options = folder.Read(parsed, terminal) with { InitialAccessKey = AccessKey.ToAddFirst(terminal) };
                options = options with { RootKey = options.RootKey ?? AskForRootKey(terminal, options.DataFolder) };
                if (DataFolder.HoldsRootKey(options.DataFolder, options.RootKey))
                {
                    Say(
                        terminal,
                        $"Warning: the root key {options.RootKey.Text} is inside the data folder. Whoever gets a copy of that "
                            + "folder, such as a backup, gets every private key. Keep it elsewhere, best on another disk."
                    );
                }

                Tell(
                    terminal,
                    options,
                    await DataFolder.InitializeAsync(options, terminal.Time, stop).ConfigureAwait(false)
                );
                return ExitCode.Good;
            }
        );
        return command;
    }

    private static RootKeyPlace AskForRootKey(Terminal terminal, string data)
    {
        if (!terminal.IsInteractive)
        {
            throw new UsageException(
                "Where shall the root key live? It seals all other keys. Name a file outside the data folder with "
                    + "--root-key file:PATH, or give --root-key passphrase."
            );
        }

        Say(
            terminal,
            "The root key seals all other keys. Without it the data folder is worthless, to you as to a thief: "
                + $"keep it outside {data}, and keep a copy of it in a safe place."
        );
        var suggestion = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(data)) ?? ".", "keyhold-root.key");
        Say(terminal, $"File for the root key [{suggestion}],");
        var typed = Question.Ask(terminal, "Enter for that, or another: ").Trim();
        return typed switch
        {
            "" => new RootKeyPlace.File(suggestion),
            "passphrase" => new RootKeyPlace.Passphrase(),
            _ when typed.Contains(':', StringComparison.Ordinal) => FolderOptions.PlaceOf(typed),
            _ => new RootKeyPlace.File(typed),
        };
    }

    private static void Say(Terminal terminal, string text)
    {
        foreach (var line in LineWrap.Words(text, terminal.Width))
        {
            terminal.Error.WriteLine(line);
        }
    }

    private static void Tell(Terminal terminal, ServerOptions options, InitResult made)
    {
        var data = Path.GetFullPath(made.DataFolder);
        var place = FolderOptions.Absolute(made.RootKey);
        var rootKey = place is RootKeyPlace.File file ? file.Path : place.Text;
        var keyOrigin = made.CreatedRootKey ? "made now" : "was there already";
        terminal.Out.WriteLine($"Data folder  {data}");
        if (options.Database.IsShared)
        {
            terminal.Out.WriteLine($"Database     {options.Database}");
        }

        terminal.Out.WriteLine($"Root key     {rootKey} ({keyOrigin})");
        terminal.Out.WriteLine($"Root key id  {made.RootKeyId}");
        terminal.Out.WriteLine($"Audit key    {made.AuditKeyFingerprint}");
        terminal.Out.WriteLine($"Access key   {made.AccessKey.AccessKeyId}");
        terminal.Out.WriteLine();
        if (made.GeneratedAccessKey)
        {
            terminal.Out.WriteLine("The access key's secret is shown this once:");
            foreach (var line in AccessKey.ExportCommands(made.AccessKey.AccessKeyId, made.AccessKey.Secret))
            {
                terminal.Out.WriteLine($"  {line}");
            }

            terminal.Out.WriteLine();
        }

        var typed = FolderOptions.Typed(options with { DataFolder = data, RootKey = place });
        terminal.Out.WriteLine("Start the server:");
        terminal.Out.WriteLine($"  {terminal.Program} serve {typed}");
    }
}
