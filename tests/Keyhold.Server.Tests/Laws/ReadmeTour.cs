using System.Text.RegularExpressions;

namespace Keyhold.Server.Tests.Laws;

/// <summary>
/// The tour of the README: its blocks of commands, each with the block of text below it that shows their output. What is
/// another on each run (ids, times, serial numbers, digests) is taken out of both before they are compared.
/// </summary>
internal sealed partial class ReadmeTour
{
    private readonly List<(string Script, string Shown)> steps = [];

    public ReadmeTour(string readme)
    {
        var tour = readme.Split("\n## ").Single(section => section.StartsWith("A tour", StringComparison.Ordinal));
        foreach (Match block in Block().Matches(tour))
        {
            var content = block.Groups["content"].Value;
            if (block.Groups["language"].ValueSpan is "sh")
            {
                steps.Add((content, ""));
            }
            else
            {
                steps[^1] = (steps[^1].Script, content);
            }
        }
    }

    public int Count => steps.Count;

    public IEnumerable<string> Shown => steps.Select(step => Comparable(step.Shown));

    /// <summary>
    /// One script in one shell, both outputs in one, and a line after each step. Whatever happens, no server stays behind.
    /// </summary>
    public string Script =>
        "set -eu\nexec 2>&1\ntrap 'kill ${SERVER:-} 2>/dev/null || true' EXIT\n"
        + string.Concat(steps.Select(step => $"{step.Script}\nprintf '\\n{StepEnd}\\n'\n"));

    private const string StepEnd = "---- end of the step ----";

    /// <summary>What each step printed.</summary>
    public static IEnumerable<string> StepsOf(string output) =>
        output.Split($"\n{StepEnd}\n").SkipLast(1).Select(Comparable);

    private static string Comparable(string text)
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

    [GeneratedRegex(
        @"^```(?<language>sh|text)\n(?<content>.*?)^```$",
        RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5_000
    )]
    private static partial Regex Block();

    [GeneratedRegex(
        "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5_000
    )]
    private static partial Regex Identifier();

    [GeneratedRegex(@"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\dZ", RegexOptions.None, matchTimeoutMilliseconds: 5_000)]
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
