using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Keyhold.Protocol.Signing;

/// <summary>
/// Remembers the nonces of accepted requests until their timestamps are 15 minutes old, after which the clock refuses
/// them anyway. Per access key, as 8-byte fingerprints under a key of this process, at most 16 bytes each. When full
/// it refuses new requests: forgetting early would let an attacker with many requests replay an older one.
/// </summary>
public sealed class ReplayWindow(
    TimeProvider time,
    int maximumPerAccessKey = ReplayWindow.DefaultMaximumPerAccessKey,
    int maximumInAll = ReplayWindow.DefaultMaximumInAll
)
{
    public const int DefaultMaximumPerAccessKey = 8_000_000;
    public const int DefaultMaximumInAll = 16_000_000;

    private const long SweepInterval = TimeSpan.TicksPerSecond;

    private readonly ConcurrentDictionary<string, AccessKeyWindow> windows = new(StringComparer.Ordinal);
    private readonly byte[] fingerprintKey = RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes);
    private long remembered;
    private long nextSweep;

    /// <summary>How many nonces are remembered, expired ones that no request has swept out yet among them.</summary>
    public long Count => Interlocked.Read(ref remembered);

    internal ReplayVerdict Remember(string accessKeyId, ReadOnlySpan<byte> nonce, DateTimeOffset signedAt)
    {
        var now = time.GetUtcNow();
        var window = windows.GetOrAdd(accessKeyId, static _ => new AccessKeyWindow());
        var total = Interlocked.Read(ref remembered);
        if (total >= maximumInAll)
        {
            total = Sweep(now);
        }

        var room = total < maximumInAll ? maximumPerAccessKey : 0;
        var verdict = window.Remember(Fingerprint(nonce), signedAt, now, room, out var dropped);
        Interlocked.Add(ref remembered, (verdict == ReplayVerdict.New ? 1 : 0) - dropped);
        return verdict;
    }

    private ulong Fingerprint(ReadOnlySpan<byte> nonce)
    {
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(fingerprintKey, nonce, mac);
        return BitConverter.ToUInt64(mac);
    }

    // Access keys that fell silent keep their nonces until someone needs the room; at most once a second.
    private long Sweep(DateTimeOffset now)
    {
        var due = Interlocked.Read(ref nextSweep);
        if (now.Ticks >= due && Interlocked.CompareExchange(ref nextSweep, now.Ticks + SweepInterval, due) == due)
        {
            foreach (var (_, window) in windows)
            {
                Interlocked.Add(ref remembered, -window.ForgetExpired(now));
            }
        }

        return Interlocked.Read(ref remembered);
    }
}
