using System.Text.RegularExpressions;

namespace Keyhold.Tests.Tours;

/// <summary>
/// A section of a page that leads somewhere: its blocks of commands (<c>sh</c>), each with the block of text below it, if
/// there is one, that shows their output.
/// </summary>
internal sealed partial class Tour
{
    /// <summary>A block of commands, and what it is shown to print; null when the page does not show it.</summary>
    public sealed record Step(string Script, string? Shown);

    private Tour(IReadOnlyList<Step> steps) => Steps = steps;

    public IReadOnlyList<Step> Steps { get; }

    /// <summary>The section (<c>##</c>) whose title begins so.</summary>
    public static Tour Of(string page, string title)
    {
        var section = page.Split("\n## ").Single(each => each.StartsWith(title, StringComparison.Ordinal));
        var steps = new List<Step>();
        foreach (Match block in Block().Matches(section))
        {
            var content = block.Groups["content"].Value;
            if (block.Groups["language"].ValueSpan is "sh")
            {
                steps.Add(new Step(content, null));
            }
            else
            {
                steps[^1] = steps[^1] with { Shown = content };
            }
        }

        return new Tour(steps);
    }

    [GeneratedRegex(
        @"^```(?<language>sh|text)\n(?<content>.*?)^```$",
        RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5_000
    )]
    private static partial Regex Block();
}
