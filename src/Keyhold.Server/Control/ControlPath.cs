using System.Net.Sockets;
using System.Runtime.InteropServices;
using Keyhold.Server.Hosting;
using Microsoft.Win32.SafeHandles;

namespace Keyhold.Server.Control;

/// <summary>
/// Where a data folder's control socket is: <c>control.sock</c> in it. The system takes at most 107 bytes for the name
/// of a socket (unix(7)); a longer one is reached through the folder's own descriptor in /proc.
/// </summary>
internal sealed partial class ControlPath : IDisposable
{
    public const string SocketName = "control.sock";

    private const int MaximumBytes = 107;
    private const int OpenPathOnly = 0x200000;
    private const int OpenDirectory = 0x10000;
    private const int OpenCloseOnExec = 0x80000;

    private readonly SafeFileHandle? folder;

    public ControlPath(string dataFolder)
    {
        File = Path.Combine(Path.GetFullPath(dataFolder), SocketName);
        var name = File;
        if (System.Text.Encoding.UTF8.GetByteCount(File) > MaximumBytes)
        {
            folder = Open(Path.GetFullPath(dataFolder));
            name = $"/proc/self/fd/{folder.DangerousGetHandle()}/{SocketName}";
        }

        EndPoint = new UnixDomainSocketEndPoint(name);
    }

    /// <summary>The file, as people see it.</summary>
    public string File { get; }

    public UnixDomainSocketEndPoint EndPoint { get; }

    public void Dispose() => folder?.Dispose();

    private static SafeFileHandle Open(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            var opened = OpenFile(path, OpenPathOnly | OpenDirectory | OpenCloseOnExec);
            if (opened >= 0)
            {
                return new SafeFileHandle(opened, ownsHandle: true);
            }
        }

        throw new StartException(
            $"The path of the control socket in {path} is longer than the {MaximumBytes} bytes that the system takes.",
            "Choose a data folder with a shorter path."
        );
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);
}
