using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using System.Text.RegularExpressions;
using Keyhold.Protocol;
using Keyhold.Server.Metrics;
using Microsoft.Extensions.Logging.Abstractions;

namespace Keyhold.Server.Tests.Laws;

/// <summary>Sentences of the documentation that can be checked are checked.</summary>
public partial class DocumentationTests
{
    [Fact]
    public void Every_metric_is_in_the_table_of_running_md_and_every_row_is_a_metric()
    {
        var published = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == Instruments.MeterName)
                {
                    published.Add(instrument.Name);
                }
            },
        };
        listener.Start();
        using var instruments = new Instruments(NullLogger.Instance);

        var listed = MetricRow()
            .Matches(File.ReadAllText(Repository.PathOf("docs", "running.md")))
            .Select(row => row.Groups["name"].Value);
        Assert.Equal(published.Distinct().Order(), listed.Order());
    }

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
            var (built, building) = await BashAsync("./keyhold --version", folder);
            Assert.True(built == 0, building);

            var (exitCode, output) = await BashAsync(tour.Script, folder);

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
        (await BashAsync(command, Repository.Root)).ExitCode == 0;

    private static async Task<(int ExitCode, string Output)> BashAsync(string script, string folder)
    {
        var start = new ProcessStartInfo("bash")
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            ArgumentList = { "-c", script },
        };
        using var bash = Process.Start(start)!;
        var output = new StringBuilder();
        bash.OutputDataReceived += (_, line) => Append(line.Data);
        bash.ErrorDataReceived += (_, line) => Append(line.Data);
        bash.BeginOutputReadLine();
        bash.BeginErrorReadLine();
        bash.StandardInput.Close();
        await bash.WaitForExitAsync();
        lock (output)
        {
            return (bash.ExitCode, output.ToString());
        }

        void Append(string? line)
        {
            lock (output)
            {
                output.AppendLine(line);
            }
        }
    }

    [GeneratedRegex(
        @"^\| `(?<name>keyhold\.[a-z_.]+)` \| (counter|histogram) \|",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5_000
    )]
    private static partial Regex MetricRow();

    [GeneratedRegex(
        @"\]\((?<target>[^)#\s]+)(#[^)]*)?\)",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5_000
    )]
    private static partial Regex Link();
}
