using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Keyhold.Cli.Api;
using Keyhold.Cli.Output;

namespace Keyhold.Cli.Commands.Certificates;

/// <summary>cert expiring: certificates and members of their chains that expire soon, the soonest first.</summary>
internal static class ExpiringCommand
{
    private const string List = "ExpiringCertificateList";
    private const string Item = "ExpiringCertificate";
    private const string Default = "30d";

    private static readonly string[] Fields = ["CertificateId", "Member", "DaysLeft", "NotAfter", "Subject"];
    private static readonly string[] Columns = ["CertificateId", "Member", "Days left", "Valid until", "Subject"];
    private static readonly string[] NarrowColumns = ["CertificateId", "Member", "Days left"];

    public static Command Create(ClientOptions client)
    {
        var within = new Option<string?>("--within")
        {
            Description = $"How far to look ahead: days, weeks or years, such as 30d, 6w, 1y [default: {Default}]",
            HelpName = "TIME",
        };
        var page = new Option<string?>("--page") { Description = "Which page, from 1", HelpName = "N" };
        var pageSize = new Option<string?>("--page-size") { Description = "How many on a page", HelpName = "N" };
        var command = new Command(
            "expiring",
            "Lists what expires soon, the soonest first: certificates and every member of their chains."
        )
        {
            within,
            page,
            pageSize,
        };
        client.Run(
            command,
            async (call, stop) =>
            {
                var typed = call.Value(within) ?? Default;
                var answer = await call.SendAsync(
                        "ListExpiringCertificates",
                        stop,
                        ("WithinDays", DaysOf(typed).ToString(CultureInfo.InvariantCulture)),
                        ("PageNumber", call.Value(page)),
                        ("PageSize", call.Value(pageSize))
                    )
                    .ConfigureAwait(false);
                var shown = CertificatePage.Of(answer, List, Item);
                return call.Show(
                    answer,
                    () => Write(call.Terminal, answer, shown, typed, ListCommand.NextPage(call, shown, page))
                );
            }
        );
        return command;
    }

    private static long DaysOf(string text)
    {
        var days =
            text.Length == 0
                ? 0
                : text[^1] switch
                {
                    'd' => 1,
                    'w' => 7,
                    'y' => 365,
                    _ => 0,
                };
        return
            days > 0
            && int.TryParse(
                text.AsSpan(0, text.Length - 1),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var count
            )
            ? (long)count * days
            : throw new UsageException(
                $"--within {text} is no span of time. Give whole days, weeks or years, such as 30d, 6w or 1y."
            );
    }

    private static void Write(
        Terminal terminal,
        ApiAnswer answer,
        CertificatePage page,
        string within,
        string? nextPage
    )
    {
        var members = answer.Objects(List, Item);
        var rows = members.Select(member => Cells(member, Fields)).ToList();
        if (rows.Count > 0 && Screen.FitsInTable(terminal, Columns, rows))
        {
            Screen.WriteTable(terminal, Columns, rows);
        }
        else if (rows.Count > 0)
        {
            Screen.WriteTwoLineTable(
                terminal,
                NarrowColumns,
                [.. members.Select(member => (Cells(member, Fields[..3]), ApiAnswer.TextOf(member, "Subject")))]
            );
            terminal.Out.WriteLine();
        }

        if (page.Total == 0)
        {
            terminal.Out.WriteLine($"Nothing expires within {within}.");
            return;
        }

        terminal.Out.WriteLine(
            $"{page} expire within {within}{(nextPage is null ? "" : $"; the next:\n  {nextPage}")}"
        );
        terminal.Out.WriteLine(
            "To renew a certificate: create a new one (cert create), have its CSR signed and upload it (cert upload). A "
                + "member of a chain: ask the CA for its new chain, and upload the certificate again with that."
        );
    }

    private static IReadOnlyList<string?> Cells(JsonElement member, IEnumerable<string> fields) =>
        [.. fields.Select(field => ApiAnswer.TextOf(member, field))];
}
