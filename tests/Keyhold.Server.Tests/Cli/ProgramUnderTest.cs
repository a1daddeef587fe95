using System.Diagnostics;

namespace Keyhold.Server.Tests.Cli;

/// <summary>The built program as a process of its own, for what only a process shows: signals and what it leaves behind.</summary>
internal sealed class ProgramUnderTest : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("keyhold-program-test-");
    private readonly Process process;
    private readonly Task<string> error;

    public ProgramUnderTest(IReadOnlyDictionary<string, string>? environment, params string[] arguments)
        : this([], environment, arguments) { }

    /// <param name="through">A program that runs ours, with its own arguments: as another user, or with less of something.</param>
    public ProgramUnderTest(
        string[] through,
        IReadOnlyDictionary<string, string>? environment,
        params string[] arguments
    )
    {
        string[] words = [.. through, "dotnet"];
        var start = new ProcessStartInfo(words[0])
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        foreach (var word in words[1..])
        {
            start.ArgumentList.Add(word);
        }

        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "keyhold.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument.Replace("{folder}", folder.FullName, StringComparison.Ordinal));
        }

        start.Environment.Remove("KEYHOLD_ACCESS_KEY_ID");
        start.Environment.Remove("KEYHOLD_ACCESS_KEY_SECRET");
        start.Environment.Remove("KEYHOLD_ENDPOINT");
        start.Environment.Remove("KEYHOLD_PROGRAM");
        start.Environment["TMPDIR"] = Directory.CreateDirectory(PathOf("tmp")).FullName;
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        process = Process.Start(start)!;
        process.StandardInput.Close();
        error = process.StandardError.ReadToEndAsync();
    }

    /// <summary>What the program left in its folder for temporary files.</summary>
    public string[] LeftBehind => [.. Directory.GetFileSystemEntries(PathOf("tmp")).Where(IsKeyholds)];

    public int ProcessId => process.Id;

    public string PathOf(string name) => Path.Combine(folder.FullName, name);

    public async Task<string> ReadLineAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        return await process.StandardOutput.ReadLineAsync(patience.Token) ?? $"(ended) {await error}";
    }

    /// <summary>SIGTERM or SIGINT, as a service manager or Ctrl-C sends it.</summary>
    public void Signal(string name)
    {
        var start = new ProcessStartInfo("kill", [$"-{name}", $"{process.Id}"])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        };
        using var kill = Process.Start(start)!;

        // It may have ended by itself just now, which kill would complain of in the tests' own output.
        kill.StandardError.ReadToEnd();
        kill.WaitForExit();
    }

    public async Task<CliRun> EndAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        var output = await process.StandardOutput.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        return new CliRun(process.ExitCode, System.Text.Encoding.UTF8.GetBytes(output), await error);
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        process.Dispose();
        folder.Delete(recursive: true);
    }

    /// <summary>The runtime's own pipes are there as long as it runs.</summary>
    private static bool IsKeyholds(string path) =>
        Path.GetFileName(path).StartsWith("keyhold", StringComparison.Ordinal);
}
