namespace Keyhold.Server.Limits;

/// <summary>
/// Token buckets for any number of senders in fixed memory: 1 MiB, nothing is ever evicted. Each sender has two places
/// in a table, and is refused when both are empty. A sender never gets more than his bucket allows; he gets less only
/// when both of his places are emptied by others, and to keep a place empty one must send at the full rate all the
/// time, so that a server's whole capacity empties a handful of the 131,072 places.
/// </summary>
/// <param name="refill">The time in which one token comes back.</param>
/// <param name="burst">How many tokens a full bucket holds.</param>
internal sealed class TokenBuckets(TimeSpan refill, int burst, TimeProvider time)
{
    private const int PlacesInRow = 1 << 16;

    private readonly long step = Math.Max(1, (long)(refill.TotalSeconds * time.TimestampFrequency));
    private readonly Lock door = new();

    // When each bucket will be full again, by the monotonic clock: 0 is a full one.
    private readonly long[] first = new long[PlacesInRow];
    private readonly long[] second = new long[PlacesInRow];

    /// <summary>
    /// Takes one token, or takes none and says no. <paramref name="sender"/> is a hash whose seed nobody outside this
    /// process knows (as those of .NET's strings and of <see cref="HashCode"/>), so that nobody picks whom to collide with.
    /// </summary>
    public bool TryTake(int sender)
    {
        ref var one = ref first[(ushort)sender];
        ref var other = ref second[(ushort)(sender >> 16)];
        lock (door)
        {
            var now = time.GetTimestamp();
            var fullAgain = Math.Max(now, Math.Min(one, other)) + step;
            if (fullAgain - now > step * burst)
            {
                return false;
            }

            one = Math.Max(one, fullAgain);
            other = Math.Max(other, fullAgain);
            return true;
        }
    }
}
