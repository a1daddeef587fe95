using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Keyhold.Cli;
using Keyhold.Cli.Commands;
using Keyhold.Server.Tests.Laws;

namespace Keyhold.Server.Tests.Deploy;

/// <summary>What deploy/ says to service managers and containers fits the program, as it is now.</summary>
public class DeploymentFileTests
{
    private const string Program = "/usr/local/bin/keyhold";

    public static TheoryData<string> Units =>
        [
            .. Directory
                .GetFiles(Repository.PathOf("deploy", "systemd"), "*.service")
                .Select(file => Path.GetFileName(file)!),
        ];

    [Theory]
    [MemberData(nameof(Units))]
    public void A_units_command_is_one_of_the_programs(string unit)
    {
        var commands = Read("systemd", unit)
            .Split('\n')
            .Where(line => line.StartsWith("ExecStart=", StringComparison.Ordinal))
            .Select(line => line["ExecStart=".Length..].Split(' '))
            .ToList();
        Assert.NotEmpty(commands);
        Assert.All(commands, words => Assert.Equal(Program, words[0]));
        // A word that is a variable is as many further options as it has words, or none.
        Assert.All(commands, words => Assert.Empty(ErrorsOf([.. words[1..].Where(word => !word.StartsWith('$'))])));
    }

    [Theory]
    [MemberData(nameof(Units))]
    public void Systemd_understands_a_unit_and_finds_it_well_locked_up(string unit)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/systemd-analyze"), "systemd-analyze is not installed.");
        var folder = Directory.CreateTempSubdirectory("keyhold-unit-test-");
        try
        {
            // The program is not installed on the machine that tests.
            var copy = Path.Combine(folder.FullName, unit);
            File.WriteAllText(copy, Read("systemd", unit).Replace(Program, "/bin/true", StringComparison.Ordinal));
            Assert.Equal((0, ""), Analyze("verify", copy));
            var (exitCode, report) = Analyze("security", "--offline=true", "--threshold=20", copy);
            Assert.True(exitCode == 0, report);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Systemd_understands_the_timer_and_finds_what_it_starts()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/systemd-analyze"), "systemd-analyze is not installed.");
        var folder = Directory.CreateTempSubdirectory("keyhold-unit-test-");
        try
        {
            foreach (var unit in (string[])["keyhold-backup.timer", "keyhold-backup.service"])
            {
                File.WriteAllText(
                    Path.Combine(folder.FullName, unit),
                    Read("systemd", unit).Replace(Program, "/bin/true", StringComparison.Ordinal)
                );
            }

            Assert.Equal((0, ""), Analyze("verify", Path.Combine(folder.FullName, "keyhold-backup.timer")));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void The_commands_of_the_containers_are_the_programs()
    {
        var compose = Read("docker", "compose.yaml");
        var image = Read("docker", "Dockerfile");
        var commands = Lists(compose, "command:").Concat(Lists(image, "CMD ")).ToList();
        Assert.Equal(4, commands.Count);
        Assert.All(
            commands,
            words =>
                Assert.Empty(ErrorsOf(string.Equals(words[0], Program, StringComparison.Ordinal) ? words[1..] : words))
        );
        Assert.Equal([Program], Lists(image, "ENTRYPOINT ").Single());
    }

    [Fact]
    public void The_image_takes_what_publish_makes()
    {
        var made = Regex.Match(
            File.ReadAllText(Repository.PathOf("publish")),
            "for file in (?<files>[^;]+); do",
            RegexOptions.ExplicitCapture,
            TimeSpan.FromSeconds(5)
        );
        var copied = Regex.Match(
            Read("docker", "Dockerfile"),
            "COPY --from=build (?<files>/program/.+) /usr/local/bin/",
            RegexOptions.ExplicitCapture,
            TimeSpan.FromSeconds(5)
        );
        Assert.Equal(
            made.Groups["files"].Value.Split(' ').Select(file => $"/program/{file}"),
            copied.Groups["files"].Value.Split(' ')
        );
    }

    private static string Read(params string[] parts) => File.ReadAllText(Repository.PathOf(["deploy", .. parts]));

    private static IEnumerable<string> ErrorsOf(string[] arguments)
    {
        using var terminal = new Terminal(Stream.Null, Stream.Null, Stream.Null, _ => null, TimeProvider.System);
        return [.. new CommandTree(terminal).Root.Parse(arguments).Errors.Select(error => error.Message)];
    }

    /// <summary>The JSON lists of strings behind a word.</summary>
    private static IEnumerable<string[]> Lists(string text, string before) =>
        text.Split('\n')
            .Where(line =>
                line.Contains(before, StringComparison.Ordinal) && line.Contains('[', StringComparison.Ordinal)
            )
            .Where(line => !line.TrimStart().StartsWith('#'))
            .Select(line => JsonSerializer.Deserialize<string[]>(line[line.IndexOf('[', StringComparison.Ordinal)..])!);

    private static (int ExitCode, string Output) Analyze(params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo("/usr/bin/systemd-analyze", arguments)
            {
                UseShellExecute = false,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            }
        )!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }
}
