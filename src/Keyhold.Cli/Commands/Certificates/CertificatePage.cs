using System.Globalization;
using Keyhold.Cli.Api;

namespace Keyhold.Cli.Commands.Certificates;

/// <summary>Which part of all certificates a ListCertificates answer holds.</summary>
internal sealed record CertificatePage(int Count, long Number, long Size, long Total)
{
    private long Before => (Number - 1) * Size;

    public bool HasNext => Count > 0 && Before + Count < Total;

    public static CertificatePage Of(ApiAnswer answer) => Of(answer, "CertificateSummaryList", "CertificateSummary");

    public static CertificatePage Of(ApiAnswer answer, string list, string item) =>
        new(
            answer.Objects(list, item).Count,
            Whole(answer, "PageNumber"),
            Whole(answer, "PageSize"),
            Whole(answer, "TotalSize")
        );

    /// <summary>"10 of 85", and "11 to 20 of 85" on the second page.</summary>
    public override string ToString() =>
        Number > 1 && Count > 0 ? $"{Before + 1} to {Before + Count} of {Total}" : $"{Count} of {Total}";

    private static long Whole(ApiAnswer answer, string name) =>
        long.TryParse(answer.Required(name), CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new UnreachableException($"The server's answer has no number {name}: is it a Keyhold server?");
}
