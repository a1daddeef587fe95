using System.Net;
using System.Runtime.InteropServices;
using Keyhold.Protocol;
using Keyhold.Server.Metrics;
using Microsoft.AspNetCore.Connections;

namespace Keyhold.Server.Limits;

/// <summary>
/// At most so many connections, and at most half of them from one source, so that nobody alone locks the others out.
/// Some more are let in to be told so (<see cref="TurnedAway"/>); what comes after those is dropped without a word.
/// </summary>
internal sealed class ConnectionLimit(int maximum, Instruments instruments, TimeProvider time)
{
    /// <summary>Connections beyond the maximum that are open to be told that they are too many.</summary>
    public const int Reserve = 256;

    /// <summary>A connection that was turned away has so long to ask and to read the answer.</summary>
    private static readonly TimeSpan TurnedAwayTime = TimeSpan.FromSeconds(10);

    private readonly Lock door = new();
    private readonly Dictionary<SourceAddress, int> bySource = [];
    private int open;

    /// <summary>How many connections are open now.</summary>
    public int Open => Volatile.Read(ref open);

    /// <summary>Stands before TLS: a handshake costs more than all of a good request.</summary>
    public ConnectionDelegate Before(ConnectionDelegate next) =>
        async connection =>
        {
            var address = (connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
            var source = SourceAddress.Of(address);
            var turnedAway = Enter(source, IPAddress.IsLoopback(address), out var mayStay);
            try
            {
                if (turnedAway is not null)
                {
                    instruments.ConnectionTurnedAway();
                }

                if (!mayStay)
                {
                    connection.Abort();
                    return;
                }

                if (turnedAway is null)
                {
                    await next(connection);
                    return;
                }

                connection.Features.Set(turnedAway);
                await using var patience = time.CreateTimer(
                    static given => ((ConnectionContext)given!).Abort(),
                    connection,
                    TurnedAwayTime,
                    Timeout.InfiniteTimeSpan
                );
                await next(connection);
            }
            finally
            {
                Leave(source);
            }
        };

    /// <summary>Loopback has no share: behind it is a proxy on this machine, or somebody who can harm it anyway.</summary>
    private TurnedAway? Enter(SourceAddress source, bool isLoopback, out bool mayStay)
    {
        lock (door)
        {
            open++;
            var own = ++CollectionsMarshal.GetValueRefOrAddDefault(bySource, source, out _);
            mayStay = open <= maximum + Reserve;
            if (open > maximum)
            {
                return new TurnedAway(
                    ErrorCodes.ServiceUnavailableTemporary,
                    $"{ErrorCodes.ServiceUnavailableTemporary.Text} The server has its {maximum} connections (--max-connections). Try again later, and close connections that are not used."
                );
            }

            var share = Math.Max(1, maximum / 2);
            if (own <= share || isLoopback)
            {
                return null;
            }

            // Of its own reserve a source may use a quarter: the rest is for others to be told.
            mayStay = own <= share + (Reserve / 4);
            return new TurnedAway(
                ErrorCodes.RejectedThrottling,
                $"{ErrorCodes.RejectedThrottling.Text}. This address has {share} connections open, half of --max-connections. Close some, and keep those that are used."
            );
        }
    }

    private void Leave(SourceAddress source)
    {
        lock (door)
        {
            open--;
            if (--CollectionsMarshal.GetValueRefOrAddDefault(bySource, source, out _) == 0)
            {
                bySource.Remove(source);
            }
        }
    }
}
