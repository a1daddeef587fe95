using System.Text.RegularExpressions;
using Keyhold.Crypto.Certificates;

namespace Keyhold.Crypto.Tests.Certificates;

/// <summary>The documented table of both profiles is the one that judges.</summary>
public partial class JudgementRulesTests
{
    [Fact]
    public void The_documented_table_says_what_the_code_does()
    {
        var documented = Section("## Two profiles").Select(row => $"{row[0]} {row[1]} {row[2]}");
        var coded = JudgementRules.All.Select(rule => $"{rule.Code} {Word(rule.Strict)} {Word(rule.Compatible)}");
        Assert.Equal(coded, documented, StringComparer.Ordinal);
    }

    [Fact]
    public void Every_row_gives_a_meaning_a_reason_and_a_remedy() =>
        Assert.All(Section("## Two profiles"), row => Assert.All(row, cell => Assert.NotEqual("", cell)));

    [Fact]
    public void Every_problem_of_reading_is_documented()
    {
        var documented = Section("## Findings on reading").Select(row => row[0]).Order(StringComparer.Ordinal);
        var folder = Path.Combine(Root(), "src", "Keyhold.Crypto", "Certificates");
        var coded = new[] { "PemReader.cs", "ForeignContent.cs", "SubmissionReader.cs" }
            .SelectMany(file => MadeFindings().Matches(File.ReadAllText(Path.Combine(folder, file))))
            .Select(match => match.Groups["code"].Value)
            .Append("PemDamaged")
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
        Assert.Equal(coded, documented, StringComparer.Ordinal);
    }

    [Fact]
    public void The_compatible_profile_is_never_stricter() =>
        Assert.All(JudgementRules.All, rule => Assert.True(rule.Compatible is null || rule.Compatible <= rule.Strict));

    private static string Word(FindingSeverity? severity) =>
        severity switch
        {
            FindingSeverity.Error => "error",
            FindingSeverity.Warning => "warning",
            _ => "-",
        };

    /// <summary>The rows of the first table with codes below the heading.</summary>
    private static string[][] Section(string heading) =>
        [
            .. File.ReadLines(Path.Combine(Root(), "docs", "certificate-judgement.md"))
                .SkipWhile(line => !line.StartsWith(heading, StringComparison.Ordinal))
                .Skip(1)
                .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
                .Where(line => line.StartsWith('|'))
                .Skip(2)
                .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray()),
        ];

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Keyhold.slnx")))
        {
            folder = folder.Parent;
        }
        Assert.NotNull(folder);
        return folder.FullName;
    }

    [GeneratedRegex(
        @"(new PemProblem|new Finding|new|Error)\(\s*""(?<code>[A-Z]\w+)"",",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex MadeFindings();
}
