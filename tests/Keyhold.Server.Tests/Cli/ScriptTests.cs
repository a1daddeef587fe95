using System.Diagnostics;
using Keyhold.Server.Tests.Laws;

namespace Keyhold.Server.Tests.Cli;

/// <summary>The script ./keyhold, with a dotnet that only notes what it is asked for.</summary>
public sealed class ScriptTests : IDisposable
{
    private const string Dotnet = """
        #!/bin/sh
        case $1 in
        --list-sdks) cat "$FAKE/sdks" ;;
        publish)
            echo "$*" >>"$FAKE/published"
            case "$*" in *"$(cat "$FAKE/fails" 2>/dev/null || echo nothing fails)"*) echo "error CS0000"; exit 1 ;; esac
            sleep 0.3
            while [ "$1" != --output ]; do shift; done
            mkdir -p "$2" && echo built >"$2/keyhold.dll" ;;
        *) echo "$*"; cat "$1" >/dev/null ;;
        esac
        """;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("keyhold-script-test-");

    public ScriptTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The script is for POSIX shells.");
        Write("clone/keyhold", File.ReadAllText(Repository.PathOf("keyhold")));
        foreach (
            var file in (string[])
                ["Directory.Build.props", "Directory.Packages.props", "global.json", "BannedSymbols.txt"]
        )
        {
            Write($"clone/{file}", "");
        }

        Write("clone/src/Keyhold.Cli/Keyhold.Cli.csproj", "");
        Write("clone/src/Keyhold.Cli/Commands/Some.cs", "");
        Write("bin/dotnet", Dotnet);
        Write("sdks", "10.0.100 [/usr/share/dotnet/sdk]\n");
    }

    [Fact]
    public async Task The_first_use_builds_and_the_next_starts_at_once()
    {
        var first = (await RunAsync("clone/keyhold", "cert", "a b")).Succeeded();
        Assert.Equal("Building Keyhold (first use)...\n", first.Error);
        Assert.EndsWith("keyhold.dll cert a b\n", first.Output, StringComparison.Ordinal);

        var next = (await RunAsync("clone/keyhold")).Succeeded();
        Assert.Empty(next.Error);
        Assert.Single(Published());
    }

    [Fact]
    public async Task It_works_through_symbolic_links()
    {
        File.CreateSymbolicLink(PathOf("absolute"), PathOf("clone/keyhold"));
        File.CreateSymbolicLink(PathOf("relative"), "absolute");
        (await RunAsync("relative")).Succeeded();
        Assert.Single(Published());
    }

    [Theory]
    [InlineData("src/Keyhold.Cli/Commands/Some.cs")]
    [InlineData("src/Keyhold.Cli/Keyhold.Cli.csproj")]
    [InlineData("Directory.Packages.props")]
    public async Task A_changed_source_is_built_again(string file)
    {
        (await RunAsync("clone/keyhold")).Succeeded();
        Later($"clone/{file}");
        var again = (await RunAsync("clone/keyhold")).Succeeded();
        Assert.Equal("Building Keyhold (sources changed)...\n", again.Error);
        Assert.Equal(2, Published().Length);
    }

    [Fact]
    public async Task A_removed_source_is_noticed()
    {
        (await RunAsync("clone/keyhold")).Succeeded();
        File.Delete(PathOf("clone/src/Keyhold.Cli/Commands/Some.cs"));
        Later("clone/src/Keyhold.Cli/Commands");
        (await RunAsync("clone/keyhold")).Succeeded();
        Assert.Equal(2, Published().Length);
    }

    [Theory]
    [InlineData("src/Keyhold.Cli/obj/Generated.cs")]
    [InlineData("src/Keyhold.Cli/bin/Debug/keyhold.dll")]
    [InlineData("src/Keyhold.Cli/packages.lock.json")]
    [InlineData("README.md")]
    public async Task What_a_build_makes_itself_is_no_change(string file)
    {
        (await RunAsync("clone/keyhold")).Succeeded();
        Write($"clone/{file}", "");
        Later($"clone/{file}");
        Assert.Empty((await RunAsync("clone/keyhold")).Succeeded().Error);
    }

    [Fact]
    public async Task First_uses_at_the_same_time_build_once_and_all_succeed()
    {
        var runs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => RunAsync("clone/keyhold", "--version")));
        Assert.All(runs, run => run.Succeeded());
        Assert.Single(Published());
    }

    [Fact]
    public async Task Where_compiling_ahead_is_impossible_it_builds_without()
    {
        Write("fails", "CompileAhead=true");
        Assert.Equal("Building Keyhold (first use)...\n", (await RunAsync("clone/keyhold")).Succeeded().Error);
        Assert.Equal(2, Published().Length);
    }

    [Fact]
    public async Task A_failed_build_shows_the_compilers_output_and_the_next_use_tries_again()
    {
        Write("fails", "publish");
        (await RunAsync("clone/keyhold")).WasRefused("error CS0000", "building failed");
        File.Delete(PathOf("fails"));
        (await RunAsync("clone/keyhold")).Succeeded();
    }

    [Fact]
    public async Task After_a_failed_build_the_previous_one_does_not_run()
    {
        (await RunAsync("clone/keyhold")).Succeeded();
        Later("clone/src/Keyhold.Cli/Commands/Some.cs");
        Write("fails", "publish");
        (await RunAsync("clone/keyhold")).WasRefused("building failed");
    }

    [Theory]
    [InlineData("")]
    [InlineData("8.0.100 [/usr/share/dotnet/sdk]\n9.0.310 [/usr/share/dotnet/sdk]\n")]
    public async Task A_missing_SDK_is_told(string sdks)
    {
        Write("sdks", sdks);
        (await RunAsync("clone/keyhold")).WasRefused(
            "the .NET 10 SDK is needed",
            sdks.Length > 0 ? "9.0.310" : "no SDK"
        );
    }

    [Fact]
    public async Task A_missing_dotnet_is_told()
    {
        File.Delete(PathOf("bin/dotnet"));
        foreach (var tool in (string[])["dirname", "readlink"])
        {
            File.CreateSymbolicLink(PathOf($"bin/{tool}"), $"/usr/bin/{tool}");
        }

        var run = await RunWithPathAsync(PathOf("bin"), "clone/keyhold");
        run.WasRefused("the .NET 10 SDK is needed", "no 'dotnet'");
    }

    public void Dispose() => folder.Delete(recursive: true);

    private async Task<CliRun> RunAsync(string script, params string[] arguments) =>
        await RunWithPathAsync($"{PathOf("bin")}:/usr/bin:/bin", script, arguments);

    private async Task<CliRun> RunWithPathAsync(string path, string script, params string[] arguments)
    {
        var start = new ProcessStartInfo("/bin/sh", [PathOf(script), .. arguments])
        {
            WorkingDirectory = "/",
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["PATH"] = path;
        start.Environment["FAKE"] = folder.FullName;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new CliRun(process.ExitCode, System.Text.Encoding.UTF8.GetBytes(output), await error);
    }

    private string PathOf(string name) => Path.Combine(folder.FullName, name);

    private string[] Published() => File.ReadAllLines(PathOf("published"));

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllText(PathOf(name), text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(
                PathOf(name),
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            );
        }
    }

    /// <summary>Changed after the build, without waiting for a clock to tick.</summary>
    private void Later(string name) =>
        File.SetLastWriteTimeUtc(PathOf(name), TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(30));
}
