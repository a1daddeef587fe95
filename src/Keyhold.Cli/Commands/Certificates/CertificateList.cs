using System.Text.Json;
using Keyhold.Cli.Api;
using Keyhold.Cli.Output;

namespace Keyhold.Cli.Commands.Certificates;

/// <summary>A ListCertificates answer for people: a table, or two lines a certificate where a table would be too wide.</summary>
internal static class CertificateList
{
    private const string FirstCertificate =
        "cert create --key-spec EC_P256 --subject \"CN=shop.example,OU=web,O=Example,C=DE\"";

    private static readonly string[] Fields = ["CertificateId", "Status", "KeySpec", "Subject", "NotAfter"];
    private static readonly string[] Columns = ["CertificateId", "Status", "Key", "Subject", "Valid until"];
    private static readonly string[] NarrowColumns = ["CertificateId", "Status", "Key", "Valid until"];

    /// <param name="isFiltered">Whether others may exist that were not asked for.</param>
    public static void Write(Terminal terminal, ApiAnswer answer, bool isFiltered, string? nextPage)
    {
        var certificates = answer.Objects("CertificateSummaryList", "CertificateSummary");
        var rows = certificates.Select(Cells).ToList();
        if (rows.Count > 0 && Screen.FitsInTable(terminal, Columns, rows))
        {
            Screen.WriteTable(terminal, Columns, rows);
        }
        else if (rows.Count > 0)
        {
            Screen.WriteTwoLineTable(terminal, NarrowColumns, [.. certificates.Select(NarrowRow)]);
            terminal.Out.WriteLine();
        }

        var page = CertificatePage.Of(answer);
        WriteCount(terminal, $"{page} certificates", nextPage);
        if (page.Total == 0)
        {
            terminal.Out.WriteLine(
                isFiltered
                    ? "None is as asked for: leave out --subject, --issuer and --status to list all."
                    : $"Create the first one, and get the CSR for the CA:\n  {terminal.Program} {FirstCertificate}"
            );
        }
    }

    private static IReadOnlyList<string?> Cells(JsonElement certificate) =>
        [.. Fields.Select(field => ApiAnswer.TextOf(certificate, field))];

    private static (IReadOnlyList<string?> Cells, string? Below) NarrowRow(JsonElement certificate) =>
        (
            [
                ApiAnswer.TextOf(certificate, "CertificateId"),
                ApiAnswer.TextOf(certificate, "Status"),
                ApiAnswer.TextOf(certificate, "KeySpec"),
                DateOf(ApiAnswer.TextOf(certificate, "NotAfter")),
            ],
            ApiAnswer.TextOf(certificate, "Subject")
        );

    /// <summary>The date alone of "2027-02-22T04:02:58Z".</summary>
    private static string? DateOf(string? time) => time?.Split('T')[0];

    private static void WriteCount(Terminal terminal, string count, string? nextPage)
    {
        if (nextPage is null)
        {
            terminal.Out.WriteLine(count);
            return;
        }

        var sentence = $"{count}; the next: {nextPage}";
        terminal.Out.WriteLine(
            Output.Cells.WidthOf(sentence) <= terminal.Width ? sentence : $"{count}; the next:\n  {nextPage}"
        );
    }
}
