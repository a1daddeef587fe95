using System.Text.RegularExpressions;

namespace Keyhold.Tests.Tours;

/// <summary>What a tour prints, without what is another on each run: ids, times, serial numbers, digests.</summary>
internal static partial class TourOutput
{
    private const string Dots = "...";

    public static string Comparable(string text)
    {
        text = Identifier().Replace(text, "<id>");
        text = Time().Replace(text, "<time>");
        text = Date().Replace(text, "<date>");
        text = KeyIdentifier().Replace(text, "<key id>");
        text = Digest().Replace(text, "<digest>");
        text = Serial().Replace(text, "${field}<serial>");
        // OpenSSL from 3.2 on leaves the blanks out.
        text = text.Replace(" = ", "=", StringComparison.Ordinal);
        return string.Join('\n', text.Split('\n').Select(line => line.TrimEnd())).Trim('\n');
    }

    /// <summary>
    /// Whether the output is what was shown, where three dots stand for anything within a line, and on a line of their own for
    /// any lines, or none.
    /// </summary>
    public static bool Fits(string shown, string output)
    {
        var pattern = string.Concat(
            Comparable(shown)
                .Split('\n')
                .Select(line =>
                    line is Dots ? @"(.*\n)*" : string.Join(".*", line.Split(Dots).Select(Regex.Escape)) + @"\n"
                )
        );
        return Regex.IsMatch(
            Comparable(output) + "\n",
            $@"\A{pattern}\z",
            RegexOptions.ExplicitCapture,
            TimeSpan.FromSeconds(5)
        );
    }

    [GeneratedRegex(
        "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5_000
    )]
    private static partial Regex Identifier();

    [GeneratedRegex(
        @"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5_000
    )]
    private static partial Regex Time();

    [GeneratedRegex(@"\d{4}-\d\d-\d\d", RegexOptions.None, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Date();

    [GeneratedRegex("([0-9A-F]{2} ){19}[0-9A-F]{2}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex KeyIdentifier();

    [GeneratedRegex(@"[0-9a-f]{16}\.\.\.", RegexOptions.None, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Digest();

    [GeneratedRegex(
        "^(?<field>Serial +)[0-9A-F]+",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5_000
    )]
    private static partial Regex Serial();
}
