using System.CommandLine;
using Keyhold.Cli.Api;
using Keyhold.Cli.Input;
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
            """
        );
        folder.AddTo(command);
        command.SetAction(
            async (parsed, stop) =>
            {
                var options = folder.Read(parsed) with { InitialAccessKey = AccessKey.ToAddFirst(terminal) };
                options = options with
                {
                    RootKeyFile = options.RootKeyFile ?? AskForRootKey(terminal, options.DataFolder),
                };
                if (DataFolder.HoldsRootKey(options.DataFolder, options.RootKeyFile))
                {
                    terminal.Error.WriteLine(
                        $"Warning: the root key {options.RootKeyFile} is inside the data folder. Whoever gets a copy of that "
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

    private static string AskForRootKey(Terminal terminal, string data)
    {
        if (!terminal.IsInteractive)
        {
            throw new UsageException(
                "Where shall the root key live? It seals all other keys. Name a file outside the data folder with "
                    + "--root-key file:PATH."
            );
        }

        terminal.Error.WriteLine(
            "The root key seals all other keys. Without it the data folder is worthless, to you as"
        );
        terminal.Error.WriteLine($"to a thief: keep it outside {data}, and keep a copy of it in a safe place.");
        var suggestion = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(data)) ?? ".", "keyhold-root.key");
        var typed = Question.Ask(terminal, $"File for the root key [{suggestion}]: ").Trim();
        return typed switch
        {
            "" => suggestion,
            _ when typed.Contains(':', StringComparison.Ordinal) => FolderOptions.FileOf(typed),
            _ => typed,
        };
    }

    private static void Tell(Terminal terminal, ServerOptions options, InitResult made)
    {
        var keyOrigin = made.CreatedRootKey ? "made now" : "was there already";
        terminal.Out.WriteLine($"Data folder  {made.DataFolder}");
        terminal.Out.WriteLine($"Root key     {made.RootKeyFile} ({keyOrigin}), id {made.RootKeyId}");
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

        var account = options.AccountId is ServerOptions.DefaultAccountId ? "" : $" --account {options.AccountId}";
        terminal.Out.WriteLine("Start the server:");
        terminal.Out.WriteLine(
            $"  {terminal.Program} serve --data {made.DataFolder} --root-key file:{made.RootKeyFile}{account}"
        );
    }
}
