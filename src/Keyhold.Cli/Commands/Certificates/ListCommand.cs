using System.CommandLine;
using Keyhold.Cli.Api;
using Keyhold.Cli.Output;

namespace Keyhold.Cli.Commands.Certificates;

/// <summary>cert list: one line a certificate, newest first.</summary>
internal static class ListCommand
{
    public static Command Create(ClientOptions client)
    {
        var subject = new Option<string?>("--subject") { Description = "Only those whose subject contains this text" };
        var issuer = new Option<string?>("--issuer") { Description = "Only those whose issuer contains this text" };
        var status = new Option<string?>("--status")
        {
            Description = "Only PENDING, ACTIVE, INACTIVE or REVOKED ones",
            CompletionSources = { "PENDING", "ACTIVE", "INACTIVE", "REVOKED" },
        };
        var page = new Option<string?>("--page") { Description = "Which page, from 1", HelpName = "N" };
        var pageSize = new Option<string?>("--page-size") { Description = "How many on a page", HelpName = "N" };
        var command = new Command("list", "Lists certificates, newest first.")
        {
            subject,
            issuer,
            status,
            page,
            pageSize,
        };
        client.Run(
            command,
            async (call, stop) =>
            {
                var answer = await call.SendAsync(
                        "ListCertificates",
                        stop,
                        ("Subject", call.Value(subject)),
                        ("Issuer", call.Value(issuer)),
                        ("Status", call.Value(status)?.ToUpperInvariant()),
                        ("PageNumber", call.Value(page)),
                        ("PageSize", call.Value(pageSize))
                    )
                    .ConfigureAwait(false);
                return call.Show(answer, () => Write(call.Terminal, answer));
            }
        );
        return command;
    }

    private static void Write(Terminal terminal, ApiAnswer answer)
    {
        var certificates = answer.Objects("CertificateSummaryList", "CertificateSummary");
        if (certificates.Count > 0)
        {
            Screen.WriteTable(
                terminal,
                ["CertificateId", "Status", "Key", "Subject", "Valid until"],
                certificates.Select(certificate =>
                    (IReadOnlyList<string?>)
                        [
                            ApiAnswer.TextOf(certificate, "CertificateId"),
                            ApiAnswer.TextOf(certificate, "Status"),
                            ApiAnswer.TextOf(certificate, "KeySpec"),
                            ApiAnswer.TextOf(certificate, "Subject"),
                            ApiAnswer.TextOf(certificate, "NotAfter"),
                        ]
                )
            );
        }

        terminal.Out.WriteLine($"{certificates.Count} of {answer.Text("TotalSize")} certificates");
    }
}
