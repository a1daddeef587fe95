using System.Diagnostics;
using System.Text;

namespace Keyhold.Tests.Tours;

/// <summary>Runs a program and takes both of its outputs as one, in the order they come.</summary>
internal static class Shell
{
    public static Task<(int ExitCode, string Output)> BashAsync(string script, string folder) =>
        RunAsync(folder, "bash", "-c", script);

    public static async Task<(int ExitCode, string Output)> RunAsync(
        string folder,
        string program,
        params IEnumerable<string> arguments
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var output = new StringBuilder();
        process.OutputDataReceived += (_, line) => Append(line.Data);
        process.ErrorDataReceived += (_, line) => Append(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        lock (output)
        {
            return (process.ExitCode, output.ToString());
        }

        void Append(string? line)
        {
            lock (output)
            {
                output.AppendLine(line);
            }
        }
    }
}
