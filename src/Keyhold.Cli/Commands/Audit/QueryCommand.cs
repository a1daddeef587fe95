using System.CommandLine;
using System.Globalization;
using Keyhold.Cli.Input;
using Keyhold.Cli.Output;
using Keyhold.Server.Audit;

namespace Keyhold.Cli.Commands.Audit;

/// <summary>audit query: events of the trail, oldest first; a table for people, the lines as they stand with --json.</summary>
internal static class QueryCommand
{
    private const int DefaultLimit = 50;

    private static readonly string[] Columns = ["Time", "Action", "User", "Access key", "Result", "Resource"];
    private static readonly string[] NarrowColumns = ["Time", "Action", "User", "Result"];

    public static Command Create(Terminal terminal, Option<bool> json)
    {
        var folder = AuditCommands.Folder();
        var action = new Option<string?>("--action") { Description = "Only this action, such as UploadCertificate" };
        var user = new Option<string?>("--user") { Description = "Only by this user, or by this access key" };
        var certificate = new Option<string?>("--certificate")
        {
            Description = "Only about this certificate, or whatever else has this id",
            HelpName = "ID",
        };
        var since = new Option<string?>("--since")
        {
            Description = "Only from this moment on: 2026-11-24T12:00:00Z, 2026-11-24, or so long ago: 30m, 12h, 7d",
            HelpName = "TIME",
        };
        var until = new Option<string?>("--until") { Description = "Only up to this moment", HelpName = "TIME" };
        var error = new Option<bool>("--error") { Description = "Only what was refused or failed" };
        var all = new Option<bool>("--all") { Description = "The lines that the trail writes about itself, too" };
        var limit = new Option<int>("--limit")
        {
            Description = "How many at most: the last ones",
            HelpName = "N",
            DefaultValueFactory = _ => DefaultLimit,
        };
        limit.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError("--limit is less than 1. Give a whole number from 1 on.");
            }
        });
        var command = new CommandWithExamples(
            "query",
            "Shows events of the trail, the last ones. It does not verify them.",
            """
            keyhold audit query /var/lib/keyhold --since 7d --error
            keyhold audit query /var/lib/keyhold --action UploadCertificate --json
            """
        )
        {
            folder,
            action,
            user,
            certificate,
            since,
            until,
            error,
            all,
            limit,
        };
        command.SetAction(parsed =>
        {
            var now = terminal.Time.GetUtcNow();
            var filter = new TrailFilter
            {
                Action = parsed.GetValue(action),
                User = parsed.GetValue(user),
                Certificate = parsed.GetValue(certificate),
                Since = parsed.GetValue(since) is { } from ? Moment("--since", from, now) : null,
                Until = parsed.GetValue(until) is { } to ? Moment("--until", to, now) : null,
                Failed = parsed.GetValue(error),
                WithControl = parsed.GetValue(all),
            };
            var (events, fitting) = AuditCommands.Read(() =>
                TrailQuery.Run(parsed.GetRequiredValue(folder), filter, parsed.GetValue(limit))
            );
            if (parsed.GetValue(json))
            {
                foreach (var each in events)
                {
                    terminal.Out.WriteLine(each.Json);
                }
            }
            else
            {
                Write(terminal, events, fitting);
            }

            return ExitCode.Good;
        });
        return command;
    }

    private static void Write(Terminal terminal, IReadOnlyList<TrailEvent> events, long fitting)
    {
        var rows = events.Select(Cells).ToList();
        if (rows.Count > 0 && Screen.FitsInTable(terminal, Columns, rows))
        {
            Screen.WriteTable(terminal, Columns, rows);
        }
        else if (rows.Count > 0)
        {
            Screen.WriteTwoLineTable(terminal, NarrowColumns, [.. events.Select(NarrowRow)]);
            terminal.Out.WriteLine();
        }

        terminal.Out.WriteLine(
            (fitting == events.Count ? "" : $"the last {events.Count} of ")
                + (fitting == 1 ? "1 event" : $"{fitting} events")
        );
    }

    private static IReadOnlyList<string?> Cells(TrailEvent each) =>
        [TimeOf(each), each.Name, each.UserName, each.AccessKeyId, ResultOf(each), ResourcesOf(each)];

    private static (IReadOnlyList<string?> Cells, string? Below) NarrowRow(TrailEvent each) =>
        (
            [TimeOf(each), each.Name, each.UserName ?? each.AccessKeyId, ResultOf(each)],
            string.Join(
                ' ',
                new[] { each.SourceIpAddress, ResourcesOf(each) }.Where(text => !string.IsNullOrEmpty(text))
            )
        );

    private static string ResourcesOf(TrailEvent each) => string.Join(' ', each.ResourceIds);

    private static string TimeOf(TrailEvent each) =>
        each.Time?.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "";

    private static string ResultOf(TrailEvent each) =>
        each.IsAnswerUnknown ? "done, answer unknown" : each.ErrorCode ?? "OK";

    private static DateTimeOffset Moment(string option, string text, DateTimeOffset now)
    {
        if (Rfc3339.TryParse(text, out var moment))
        {
            return moment;
        }

        if (
            DateTimeOffset.TryParseExact(
                text,
                "yyyy-MM-dd",
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out var day
            )
        )
        {
            return day;
        }

        var unit = text.Length > 1 ? UnitOf(text[^1]) : null;
        return
            unit is not null
            && int.TryParse(
                text.AsSpan(0, text.Length - 1),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var count
            )
            && count <= 100_000
            ? now - (count * unit.Value)
            : throw new UsageException(
                $"{option} is \"{text}\", but a time such as 2026-11-24T12:00:00Z, a day such as 2026-11-24, or a span "
                    + "such as 30m, 12h or 7d is expected."
            );
    }

    private static TimeSpan? UnitOf(char letter) =>
        letter switch
        {
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            _ => null,
        };
}
