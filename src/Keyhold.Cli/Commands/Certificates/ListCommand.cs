using System.CommandLine;
using Keyhold.Cli.Api;
using Keyhold.Cli.Output;

namespace Keyhold.Cli.Commands.Certificates;

/// <summary>cert list: a page of certificates, newest first.</summary>
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
                var isFiltered = new[] { subject, issuer, status }.Any(filter => call.Value(filter) is not null);
                return call.Show(
                    answer,
                    () =>
                        CertificateList.Write(
                            call.Terminal,
                            answer,
                            isFiltered,
                            NextPage(call, CertificatePage.Of(answer), page)
                        )
                );
            }
        );
        return command;
    }

    /// <summary>The same command for the page after this one; null when there is none.</summary>
    internal static string? NextPage(Call call, CertificatePage shown, Option<string?> page)
    {
        if (!shown.HasNext)
        {
            return null;
        }

        var words = new List<string> { call.Terminal.Program };
        var typed = call.Parsed.Tokens;
        for (var at = 0; at < typed.Count; at++)
        {
            if (string.Equals(typed[at].Value, page.Name, StringComparison.Ordinal))
            {
                at++;
                continue;
            }

            words.Add(ShellWord.Of(typed[at].Value));
        }

        return string.Join(' ', [.. words, page.Name, $"{shown.Number + 1}"]);
    }
}
