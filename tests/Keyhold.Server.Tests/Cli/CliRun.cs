using System.Text;
using System.Text.Json;

namespace Keyhold.Server.Tests.Cli;

/// <summary>How one run of the program ended.</summary>
internal sealed record CliRun(int ExitCode, byte[] OutputBytes, string Error)
{
    public string Output => Encoding.UTF8.GetString(OutputBytes);

    public JsonElement Json => JsonDocument.Parse(OutputBytes).RootElement.Clone();

    public JsonElement ErrorJson => JsonDocument.Parse(Error).RootElement.Clone();

    public CliRun Succeeded()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}\n{Output}\n{Error}");
        return this;
    }

    /// <summary>Ended with exit code 2 and these words on standard error, and nothing on standard output.</summary>
    public void WasBadUsage(params string[] words) => Failed(2, words);

    /// <summary>Ended with exit code 1 and these words on standard error, and nothing on standard output.</summary>
    public void WasRefused(params string[] words) => Failed(1, words);

    private void Failed(int exitCode, string[] words)
    {
        Assert.True(ExitCode == exitCode, $"exit code {ExitCode} instead of {exitCode}\n{Output}\n{Error}");
        Assert.Empty(OutputBytes);
        Assert.All(words, word => Assert.Contains(word, Error, StringComparison.Ordinal));
        Assert.DoesNotContain("   at Keyhold", Error, StringComparison.Ordinal);
    }
}
