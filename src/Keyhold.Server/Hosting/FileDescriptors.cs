using System.Globalization;
using System.Runtime.InteropServices;
using Keyhold.Server.Limits;

namespace Keyhold.Server.Hosting;

/// <summary>
/// How many files and connections this process may have open at once (getrlimit(2), RLIMIT_NOFILE). The runtime loads
/// code when it is needed first, and ends the process when it cannot open a file for that: so connections must never
/// use up what there is.
/// </summary>
internal static partial class FileDescriptors
{
    /// <summary>For the runtime, the database with its pool, the audit trail and /metrics: some 180 were counted with SQLite.</summary>
    private const int Own = 320;

    private const int FewestConnections = 64;
    private const int NumberOfFiles = 7;

    /// <summary>Null where it is not known.</summary>
    public static long? Limit
    {
        get
        {
            // Two of them: what counts now, and how far it may be raised, which the runtime did at its start.
            Span<nuint> limits = stackalloc nuint[2];
            return OperatingSystem.IsLinux() && GetLimits(NumberOfFiles, ref limits[0]) == 0
                ? (long)Math.Min(limits[0], (ulong)long.MaxValue)
                : null;
        }
    }

    /// <summary>Before the data folder is touched.</summary>
    public static void RequireEnough(long? limit)
    {
        if (limit < Own + FewestConnections)
        {
            throw new StartException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"This process may have only {limit} files and connections open, and needs {Own + FewestConnections} at least."
                ),
                "Raise the limit: `ulimit -n 65536` in a shell, LimitNOFILE=65536 in a systemd unit, or --ulimit nofile=65536 for a container."
            );
        }
    }

    /// <summary>As many of the connections that were asked for as there are descriptors, with those that are turned away.</summary>
    public static int ConnectionsWithin(long? limit, int asked) =>
        limit is { } files
            ? (int)Math.Min(asked, Math.Max(FewestConnections, files - Own - ConnectionLimit.Reserve))
            : asked;

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimits(int resource, ref nuint softAndHard);
}
