using System.CommandLine;
using System.Globalization;
using Keyhold.Cli.Output;
using Keyhold.Server.Backups;
using Keyhold.Server.Hosting;

namespace Keyhold.Cli.Commands.Backups;

/// <summary>
/// backup FILE: makes a proven backup, once or again and again, under its own name or into a folder; backup verify FILE proves
/// one that is there.
/// </summary>
internal sealed class BackupCommand
{
    private readonly Terminal terminal;
    private readonly Option<bool> json;
    private readonly FolderOptions folder = new($"The data folder [default: {FolderOptions.DefaultFolder}]");
    private readonly Argument<string> file = new("FILE")
    {
        Description = "The backup to make, or a folder for backups, which get their time as name",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private readonly Option<bool> force = new("--force") { Description = "Take the place of a file that is there" };
    private readonly Option<bool> acceptDamage = AcceptDamage();
    private readonly Option<string?> schedule = new("--schedule")
    {
        Description = "Stay and make one each time: after 30m, 24h or 7d, or at a time of day in UTC, such as 02:30",
        HelpName = "TIME",
    };
    private readonly Option<int?> keep = new("--keep")
    {
        Description = "With a folder: how many to keep, the newest [default: all]",
        HelpName = "N",
    };

    private BackupCommand(Terminal terminal, Option<bool> json)
    {
        this.terminal = terminal;
        this.json = json;
    }

    public static Command Create(Terminal terminal, Option<bool> json) => new BackupCommand(terminal, json).Create();

    public static Option<bool> AcceptDamage() =>
        new("--accept-damage")
        {
            Description = "Keep rows that fail their proof as they are, and tell them, instead of refusing",
            Recursive = true,
        };

    private CommandWithExamples Create()
    {
        var command = new CommandWithExamples(
            "backup",
            "Makes an encrypted backup of an installation, be its server running or not, and proves it before it is called "
                + "good. It opens with the root key alone; without that it is worthless.",
            """
            keyhold backup /backups/keyhold.backup --data /var/lib/keyhold --root-key file:/etc/keyhold/root.key
            keyhold backup /backups --keep 14 --data /var/lib/keyhold --root-key file:/etc/keyhold/root.key
            keyhold backup /backups --schedule 02:30 --keep 14 --data /var/lib/keyhold --root-key file:/etc/keyhold/root.key
            keyhold backup verify /backups/keyhold.backup --root-key file:/etc/keyhold/root.key
            """
        )
        {
            file,
            force,
            acceptDamage,
            schedule,
            keep,
            CreateVerify(),
        };
        folder.AddTo(command);
        command.Add(json);
        command.SetAction(
            (parsed, stop) =>
                parsed.GetValue(schedule) is { } text ? StayAsync(parsed, text, stop) : OnceAsync(parsed, stop)
        );
        return command;
    }

    private Command CreateVerify()
    {
        var existing = new Argument<string>("FILE") { Description = "The backup to prove again" };
        var verify = new Command(
            "verify",
            "Proves a backup again: that it is whole, and that every row, secret and key in it is of use. Needs no data folder."
        )
        {
            existing,
        };
        verify.SetAction(
            async (parsed, stop) =>
            {
                using var bar = new ProgressLine(terminal);
                var report = await Backup
                    .VerifyAsync(
                        folder.Read(parsed, terminal),
                        parsed.GetRequiredValue(existing),
                        parsed.GetValue(acceptDamage),
                        bar.Progress,
                        stop
                    )
                    .ConfigureAwait(false);
                bar.End();
                BackupText.Write(terminal, parsed.GetValue(json), "The backup is proven", report);
                return ExitCode.Good;
            }
        );
        return verify;
    }

    private async Task<int> OnceAsync(ParseResult parsed, CancellationToken stop)
    {
        var path = Path.GetFullPath(RequirePath(parsed));
        var backups = Directory.Exists(path) ? new BackupFolder(path) : null;
        var count = RequireCount(parsed, hasFolder: backups is not null);
        var target = backups?.NameFor(terminal.Time.GetUtcNow()) ?? path;
        using var bar = new ProgressLine(terminal);
        var report = await Backup
            .MakeAsync(
                folder.Read(parsed, terminal),
                target,
                parsed.GetValue(force),
                parsed.GetValue(acceptDamage),
                bar.Progress,
                terminal.Time,
                stop
            )
            .ConfigureAwait(false);
        bar.End();
        BackupText.Write(terminal, parsed.GetValue(json), "The backup is made and proven", report);
        TellDeleted(parsed.GetValue(json) ? terminal.Error : terminal.Out, backups?.Keep(count, target) ?? []);
        return ExitCode.Good;
    }

    private async Task<int> StayAsync(ParseResult parsed, string text, CancellationToken stop)
    {
        var path = RequirePath(parsed);
        if (!Directory.Exists(path))
        {
            throw new UsageException($"There is no folder {path}. With --schedule name the folder for the backups.");
        }

        var count = RequireCount(parsed, hasFolder: true);
        var options = folder.Read(parsed, terminal);
        using var passphrase = new KeptPassphrase(options.AskPassphrase);
        options = options with { AskPassphrase = passphrase.Ask };
        var accept = parsed.GetValue(acceptDamage);
        var backups = new ScheduledBackups(
            new BackupFolder(Path.GetFullPath(path)),
            BackupSchedule.Parse(text),
            count,
            (target, ending) =>
                Backup.MakeAsync(options, target, overwrite: false, accept, BackupProgress.None, terminal.Time, ending),
            terminal.Time
        );
        try
        {
            await backups.RunAsync(Tell, Complain, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // SIGTERM and Ctrl-C are how it ends.
        }

        return ExitCode.Good;
    }

    private void Tell(BackupReport report, IReadOnlyList<string> deleted)
    {
        terminal.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{report.File}: {report.Rows.Sum(each => each.Rows)} rows, {report.PrivateKeys} private keys proven."
            )
        );
        foreach (var fault in report.Faults)
        {
            terminal.Error.WriteLine($"Damaged, kept as it is: {Plain.Text(fault)}");
        }

        TellDeleted(terminal.Out, deleted);
    }

    private static void TellDeleted(TextWriter output, IReadOnlyList<string> deleted)
    {
        foreach (var old in deleted)
        {
            output.WriteLine($"{old}: deleted, there are newer ones.");
        }
    }

    private void Complain(StartException failed) =>
        terminal.Error.WriteLine($"{Plain.Text(failed.Message)} The next attempt comes by itself.");

    private int RequireCount(ParseResult parsed, bool hasFolder) =>
        parsed.GetValue(keep) switch
        {
            null => int.MaxValue,
            _ when !hasFolder => throw new UsageException(
                "--keep goes with a folder of backups: a single backup deletes no other."
            ),
            < 1 => throw new UsageException("--keep must be 1 or more: the newest backup is always kept."),
            var count => count.Value,
        };

    private string RequirePath(ParseResult parsed) =>
        parsed.GetValue(file)
        ?? throw new UsageException("Name the file that the backup shall be, or a folder for backups.");
}
