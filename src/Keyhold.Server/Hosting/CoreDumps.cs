using System.Runtime.InteropServices;

namespace Keyhold.Server.Hosting;

/// <summary>
/// Keeps the kernel from writing this process's memory, keys included, into a core file, and other processes of the same
/// user from reading it (prctl(2), PR_SET_DUMPABLE). Memory can still be swapped out: mlock is not attempted, since the
/// runtime moves objects.
/// </summary>
public static partial class CoreDumps
{
    private const int SetDumpable = 4;
    private const int GetDumpable = 3;

    internal static bool AreOff => OperatingSystem.IsLinux() && ProcessControl(GetDumpable, 0, 0, 0, 0) == 0;

    /// <summary>To be called first of all, once for the process. Does nothing where there is no prctl.</summary>
    public static void TurnOff()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = ProcessControl(SetDumpable, 0, 0, 0, 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int ProcessControl(int option, nuint second, nuint third, nuint fourth, nuint fifth);
}
