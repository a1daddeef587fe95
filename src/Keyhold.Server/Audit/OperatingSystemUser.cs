using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Keyhold.Server.Audit;

/// <summary>Who runs a command on the data folder: the user id in decimal, and the name that goes with it. Empty when not known.</summary>
internal sealed record OperatingSystemUser(string Id, string Name)
{
    private const string PasswordFile = "/etc/passwd";

    // socket(7) of Linux; struct ucred holds pid, uid and gid, 32 bits each.
    private const int SocketLevel = 1;
    private const int PeerCredentials = 17;
    private const int CredentialsSize = 12;
    private const int UserIdOffset = 4;

    private static readonly OperatingSystemUser Unknown = new("", "");

    /// <summary>The real user id of this process, which Linux tells in /proc.</summary>
    public static OperatingSystemUser OfThisProcess() => new(RealUserId(), Environment.UserName);

    /// <summary>
    /// Who has opened the other end of a local socket, by SO_PEERCRED: what the kernel noted when it connected, which no
    /// peer can choose.
    /// </summary>
    public static OperatingSystemUser OfPeer(Socket connection)
    {
        if (!OperatingSystem.IsLinux())
        {
            return Unknown;
        }

        Span<byte> credentials = stackalloc byte[CredentialsSize];
        try
        {
            return connection.GetRawSocketOption(SocketLevel, PeerCredentials, credentials) == CredentialsSize
                ? OfId(MemoryMarshal.Read<uint>(credentials[UserIdOffset..]))
                : Unknown;
        }
        catch (SocketException)
        {
            return Unknown;
        }
    }

    /// <summary>The name is the local user database's: one that only a directory service knows is left empty.</summary>
    private static OperatingSystemUser OfId(uint userId)
    {
        var id = userId.ToString(CultureInfo.InvariantCulture);
        return new OperatingSystemUser(id, NameOf(id));
    }

    private static string NameOf(string id)
    {
        try
        {
            // name:password:uid:gid:comment:home:shell (passwd(5))
            return File.ReadLines(PasswordFile)
                    .Select(line => line.Split(':'))
                    .FirstOrDefault(fields =>
                        fields is [_, _, var userId, ..] && string.Equals(userId, id, StringComparison.Ordinal)
                    )
                    ?[0]
                ?? "";
        }
        catch (Exception absent) when (absent is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string RealUserId()
    {
        const string line = "Uid:";
        try
        {
            var found = File.ReadLines("/proc/self/status")
                .FirstOrDefault(each => each.StartsWith(line, StringComparison.Ordinal));
            return
                found?[line.Length..].Split('\t', StringSplitOptions.RemoveEmptyEntries) is [var real, ..]
                && uint.TryParse(real, NumberStyles.None, CultureInfo.InvariantCulture, out _)
                ? real
                : "";
        }
        catch (Exception absent) when (absent is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
