using System.Text.RegularExpressions;
using Keyhold.Protocol;
using Keyhold.Tests.Tours;

namespace Keyhold.Server.Tests.Laws;

/// <summary>Sentences of the documentation that can be checked are checked.</summary>
public partial class DocumentationTests
{
    [Fact]
    public void Every_error_code_is_documented_with_its_status()
    {
        var pages = Directory
            .GetFiles(Repository.PathOf("docs", "operations"), "*.md")
            .SelectMany(File.ReadAllLines)
            .Where(line => line.StartsWith('|'))
            .ToArray();
        var missing = ErrorCodes.All.Where(error =>
            !pages.Any(line => line.StartsWith($"| {error.HttpStatus} | {error.Code} |", StringComparison.Ordinal))
        );
        Assert.Empty(missing.Select(error => $"{error.Code} {error.HttpStatus}"));
    }

    [Fact]
    public void Every_link_between_documents_leads_to_a_file()
    {
        var broken =
            from file in Directory
                .GetFiles(Repository.Root, "*.md")
                .Concat(Directory.GetFiles(Repository.PathOf("docs"), "*.md", SearchOption.AllDirectories))
            from Match link in Link().Matches(File.ReadAllText(file))
            let target = link.Groups["target"].Value
            where !target.Contains("://", StringComparison.Ordinal)
            where !Path.Exists(Path.Combine(Path.GetDirectoryName(file)!, target))
            select $"{Path.GetRelativePath(Repository.Root, file)}: {target}";
        Assert.Empty(broken);
    }

    [Fact]
    public async Task The_tour_of_the_README_runs_as_written()
    {
        if (!await RunsAsync("openssl version"))
        {
            Assert.Skip("The tour's CA is the openssl program, which is not here.");
        }

        var folder = Directory.CreateTempSubdirectory("keyhold-tour-").FullName;
        try
        {
            File.CreateSymbolicLink(Path.Combine(folder, "keyhold"), Repository.PathOf("keyhold"));
            var tour = new ReadmeTour(await File.ReadAllTextAsync(Repository.PathOf("README.md")));
            Assert.True(tour.Count > 5);
            // Built before, so that nothing of that is among what the tour prints.
            var (built, building) = await Shell.BashAsync("./keyhold --version", folder);
            Assert.True(built == 0, building);

            var (exitCode, output) = await Shell.BashAsync(tour.Script, folder);

            Assert.True(exitCode == 0, output);
            Assert.Equal(tour.Shown, ReadmeTour.StepsOf(output));
            Assert.Equal(["keyhold"], Directory.GetFileSystemEntries(folder).Select(Path.GetFileName));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<bool> RunsAsync(string command) =>
        (await Shell.BashAsync(command, Repository.Root)).ExitCode == 0;

    [GeneratedRegex(
        @"\]\((?<target>[^)#\s]+)(#[^)]*)?\)",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5_000
    )]
    private static partial Regex Link();
}
