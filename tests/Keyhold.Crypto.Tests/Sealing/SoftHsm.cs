using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Keyhold.Crypto.Tests.Sealing;

/// <summary>SoftHSM tokens in a folder of their own, for this process.</summary>
public sealed partial class SoftHsm : IDisposable
{
    public const string Module = "/usr/lib/softhsm/libsofthsm2.so";
    public const string Pin = "493817";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("keyhold-softhsm-");

    public SoftHsm()
    {
        string tokens = Directory.CreateDirectory(PathOf("tokens")).FullName;
        File.WriteAllText(PathOf("softhsm2.conf"), $"directories.tokendir = {tokens}\nobjectstore.backend = file\n");
        if (IsHere)
        {
            // The module reads the environment of the C library, which .NET keeps apart from its own.
            _ = SetNativeVariable("SOFTHSM2_CONF", PathOf("softhsm2.conf"), 1);
            MakeToken("keyhold");
        }
    }

    public static bool IsHere => File.Exists(Module);

    public string PathOf(string name) => Path.Combine(folder.FullName, name);

    public string WritePin(string pin)
    {
        string path = PathOf($"pin-{pin}");
        File.WriteAllText(path, pin + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return path;
    }

    public void MakeToken(string label) =>
        Run("softhsm2-util", "--init-token", "--free", "--label", label, "--pin", Pin, "--so-pin", "1" + Pin);

    public void Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["SOFTHSM2_CONF"] = PathOf("softhsm2.conf");
        using var process = Process.Start(start)!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error);
    }

    public void Dispose() => folder.Delete(recursive: true);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetNativeVariable(string name, string value, int overwrite);
}
