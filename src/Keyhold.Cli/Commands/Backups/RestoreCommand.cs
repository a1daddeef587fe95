using System.CommandLine;
using Keyhold.Cli.Output;
using Keyhold.Server.Backups;
using Keyhold.Server.Hosting;

namespace Keyhold.Cli.Commands.Backups;

/// <summary>restore FILE: an installation out of a backup, in an empty place.</summary>
internal static class RestoreCommand
{
    public static Command Create(Terminal terminal, Option<bool> json)
    {
        var folder = new FolderOptions($"The data folder to restore into [default: {FolderOptions.DefaultFolder}]");
        folder.RootKey.Description = "Where the root key is that was in force when the backup was made";
        folder.Account.Hidden = true;
        var file = new Argument<string>("FILE") { Description = "A backup that keyhold backup made" };
        var acceptDamage = BackupCommand.AcceptDamage();
        var command = new CommandWithExamples(
            "restore",
            "Restores a backup into an empty data folder or an empty PostgreSQL database, whichever it was made of. It is proven "
                + "first; until then nothing is touched.",
            """
            keyhold restore /backups/keyhold.backup --data /var/lib/keyhold --root-key file:/etc/keyhold/root.key
            keyhold restore /backups/keyhold.backup --data /var/lib/keyhold --database "Host=db1;Database=keyhold" \
                --root-key file:/etc/keyhold/root.key
            """
        )
        {
            file,
            acceptDamage,
            json,
        };
        folder.AddTo(command);
        command.SetAction(
            async (parsed, stop) =>
            {
                var options = folder.Read(parsed, terminal);
                using var bar = new ProgressLine(terminal);
                var report = await Restore
                    .RunAsync(
                        options,
                        parsed.GetRequiredValue(file),
                        parsed.GetValue(acceptDamage),
                        bar.Progress,
                        terminal.Time,
                        stop
                    )
                    .ConfigureAwait(false);
                bar.End();
                BackupText.Write(terminal, parsed.GetValue(json), "The backup is restored", report);
                if (!parsed.GetValue(json))
                {
                    TellNext(terminal, options with { AccountId = report.AccountId });
                }

                return ExitCode.Good;
            }
        );
        return command;
    }

    private static void TellNext(Terminal terminal, ServerOptions options)
    {
        terminal.Out.WriteLine("Start the server:");
        terminal.Out.WriteLine($"  {terminal.Program} serve {FolderOptions.Typed(options)}");
    }
}
