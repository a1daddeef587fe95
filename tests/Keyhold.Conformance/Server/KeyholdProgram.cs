using System.Diagnostics;

namespace Keyhold.Conformance.Server;

/// <summary>The <c>keyhold</c> program on the command line.</summary>
internal static class KeyholdProgram
{
    /// <summary>How a run ended: exit code and what was printed.</summary>
    public sealed record Outcome(int ExitCode, string Output, string Errors);

    public static async Task<Outcome> RunAsync(
        IEnumerable<string> arguments,
        string? endpoint = null,
        string workingFolder = ""
    )
    {
        var start = StartInfo(arguments);
        start.RedirectStandardInput = true;
        start.WorkingDirectory = workingFolder;
        if (endpoint is not null)
            start.Environment["KEYHOLD_ENDPOINT"] = endpoint;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new Outcome(process.ExitCode, await output, await errors);
    }

    public static ProcessStartInfo StartInfo(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Repository.NativeProgram ?? "dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["KEYHOLD_ACCESS_KEY_ID"] = KeyholdServer.AccessKeyId,
                ["KEYHOLD_ACCESS_KEY_SECRET"] = KeyholdServer.AccessKeySecret,
            },
        };
        if (Repository.NativeProgram is null)
            start.ArgumentList.Add(Repository.Program);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return start;
    }
}
