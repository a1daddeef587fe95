using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Keyhold.Crypto.Tests.Algorithms;

/// <summary>Runs the openssl program on files in a folder of its own, which goes away with it.</summary>
internal sealed class OpenSslProgram : IDisposable
{
    private static readonly Lazy<bool> IsPresent = new(Probe);

    private readonly DirectoryInfo folder;

    internal OpenSslProgram()
    {
        Assert.SkipUnless(IsPresent.Value, "The openssl program is not here: install it (apt-get install openssl).");
        folder = Directory.CreateTempSubdirectory("keyhold-openssl-");
    }

    internal string Write(string name, byte[] content)
    {
        string path = Path.Combine(folder.FullName, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    internal string Write(string name, string content) => Write(name, Encoding.UTF8.GetBytes(content));

    internal string PathOf(string name) => Path.Combine(folder.FullName, name);

    internal byte[] Read(string name) => File.ReadAllBytes(PathOf(name));

    /// <summary>Runs and expects success; the answer is what it wrote to its output.</summary>
    internal string Run(params string[] arguments)
    {
        (int code, string output, string error) = Start(folder.FullName, arguments);
        Assert.True(code == 0, $"openssl {string.Join(' ', arguments)} ended with {code}: {error}");
        return output;
    }

    /// <summary>Whether it succeeds.</summary>
    internal bool Succeeds(params string[] arguments) => Start(folder.FullName, arguments).Code == 0;

    public void Dispose() => folder.Delete(recursive: true);

    private static bool Probe()
    {
        try
        {
            return Start(Path.GetTempPath(), ["version"]).Code == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    private static (int Code, string Output, string Error) Start(string folder, string[] arguments)
    {
        var start = new ProcessStartInfo("openssl", arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder,
        };
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
