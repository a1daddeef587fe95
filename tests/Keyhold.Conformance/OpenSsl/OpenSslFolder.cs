using System.Diagnostics;
using System.Text;

namespace Keyhold.Conformance.OpenSsl;

/// <summary>A temporary folder in which the OpenSSL program works: files go in, command lines run, files come out.</summary>
internal sealed class OpenSslFolder : IDisposable
{
    /// <summary>How a run ended: exit code and what was printed.</summary>
    public sealed record Outcome(int ExitCode, byte[] Output, string Errors)
    {
        public string Text => Encoding.UTF8.GetString(Output);
    }

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("keyhold-conformance-");

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    public void Write(string name, string content) => File.WriteAllText(PathOf(name), content);

    public void Write(string name, byte[] content) => File.WriteAllBytes(PathOf(name), content);

    public string ReadText(string name) => File.ReadAllText(PathOf(name));

    public byte[] Read(string name) => File.ReadAllBytes(PathOf(name));

    /// <summary>Runs <c>openssl</c> with the words of a command line and insists on success.</summary>
    public async Task<Outcome> RunAsync(string commandLine)
    {
        var outcome = await TryAsync(commandLine);
        Assert.True(outcome.ExitCode == 0, $"openssl {commandLine}\nended with {outcome.ExitCode}: {outcome.Errors}");
        return outcome;
    }

    public async Task<Outcome> TryAsync(string commandLine)
    {
        var start = new ProcessStartInfo("openssl", commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            WorkingDirectory = _folder.FullName,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        using var output = new MemoryStream();
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.BaseStream.CopyToAsync(output);
        await process.WaitForExitAsync();
        return new Outcome(process.ExitCode, output.ToArray(), await errors);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
