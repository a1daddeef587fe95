using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Keyhold.Crypto.Sealing;

/// <summary>
/// Brings a folder's entries to the disk (fsync(2)): a file that was moved into it is there after a power cut only then.
/// .NET opens no folders, so the system is asked. Linux alone.
/// </summary>
public static partial class FolderFlush
{
    private const int OpenDirectory = 0x10000;
    private const int OpenCloseOnExec = 0x80000;

    /// <summary>Null when it is done, or nothing to be done on this system; else why it cannot be.</summary>
    public static string? Try(string folder)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var opened = OpenFile(folder, OpenDirectory | OpenCloseOnExec);
        if (opened < 0)
        {
            return Marshal.GetLastPInvokeErrorMessage();
        }

        using var handle = new SafeFileHandle(opened, ownsHandle: true);
        return Flush(handle) == 0 ? null : Marshal.GetLastPInvokeErrorMessage();
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(SafeFileHandle folder);
}
