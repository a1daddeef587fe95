using System.Diagnostics;

namespace Keyhold.Server.Tests.Faults;

/// <summary>A file system of a few megabytes, in memory, that a test fills and empties. Needs root.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string folder;

    private SmallDisk(string folder) => this.folder = folder;

    private string Ballast => Path.Combine(folder, "ballast");

    /// <summary>Skips the test where nothing can be mounted.</summary>
    public static SmallDisk Mount(string folder, int megabytes)
    {
        Directory.CreateDirectory(folder);
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess,
            "Only root can mount a small file system."
        );
        var (exitCode, said) = Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m,mode=0700", "tmpfs", folder);
        Assert.SkipUnless(exitCode == 0, $"A small file system cannot be mounted here: {said}");
        return new SmallDisk(folder);
    }

    /// <summary>Leaves not a byte.</summary>
    public void Fill()
    {
        using var ballast = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        foreach (var size in (int[])[65_536, 4_096, 1])
        {
            var piece = new byte[size];
            try
            {
                while (true)
                {
                    ballast.Write(piece);
                }
            }
            catch (IOException)
            {
                // Full, for pieces of this size.
            }
        }
    }

    public void Free() => File.Delete(Ballast);

    public void Dispose() => Run("umount", "--lazy", folder);

    private static (int ExitCode, string Said) Run(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            }
        )!;
        var said = process.StandardError.ReadToEnd() + process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, said);
    }
}
