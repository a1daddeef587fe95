using System.CommandLine;
using System.Globalization;
using Keyhold.Cli.Output;
using Keyhold.Server.Backups;

namespace Keyhold.Cli.Commands.Backups;

/// <summary>database copy: moves an installation from SQLite to PostgreSQL, or back.</summary>
internal static class DatabaseCopyCommand
{
    public static Command Create(Terminal terminal)
    {
        var from = End("--from", "The database to copy, which no server may use meanwhile");
        var to = End("--to", "The database to copy it to: an empty one, or one with a copy that was begun");
        var folder = new FolderOptions("Not used here") { Data = { Hidden = true } };
        folder.Database.Option.Hidden = true;
        var command = new CommandWithExamples(
            "copy",
            "Moves an installation between SQLite and PostgreSQL. Each row is checked, read back and compared. A copy that was "
                + "interrupted goes on when it is run again. The source stays as it is.",
            """
            keyhold database copy --from sqlite:/var/lib/keyhold --to "postgres:Host=db1;Database=keyhold;Username=keyhold" \
                --root-key file:/etc/keyhold/root.key
            """
        )
        {
            from,
            to,
        };
        folder.AddTo(command);
        command.SetAction(
            async (parsed, stop) =>
            {
                string? Variable() => terminal.Variable(DatabaseOption.Variable);
                using var bar = new ProgressLine(terminal);
                var report = await DatabaseCopy
                    .RunAsync(
                        CopyPlace.Parse("--from", parsed.GetRequiredValue(from), Variable),
                        CopyPlace.Parse("--to", parsed.GetRequiredValue(to), Variable),
                        folder.Read(parsed, terminal),
                        bar.Progress,
                        terminal.Time,
                        stop
                    )
                    .ConfigureAwait(false);
                bar.End();
                Tell(terminal, report);
                return ExitCode.Good;
            }
        );
        return command;
    }

    private static Option<string> End(string name, string description) =>
        new(name)
        {
            Description = description,
            HelpName = "sqlite:DIR|postgres:CONNECTION",
            Required = true,
        };

    private static void Tell(Terminal terminal, CopyReport report)
    {
        Screen.WriteMarked(terminal, "", "✓", Screen.Tone.Good, " Copied and compared row by row.");
        Screen.WriteFields(
            terminal,
            toError: false,
            ("From", report.From),
            ("To", report.To),
            (
                "There before",
                report.Found > 0 ? string.Create(CultureInfo.InvariantCulture, $"{report.Found} rows") : null
            )
        );
        Screen.WriteTable(
            terminal,
            ["Table", "Rows"],
            report.Rows.Select(each =>
                (IReadOnlyList<string?>)[each.Table, each.Rows.ToString(CultureInfo.InvariantCulture)]
            )
        );
        terminal.Out.WriteLine(
            "Use the copy from now on, and move the source away: a server that uses it would not know the copy."
        );
    }
}
