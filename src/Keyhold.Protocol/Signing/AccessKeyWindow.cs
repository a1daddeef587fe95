namespace Keyhold.Protocol.Signing;

/// <summary>The nonces of one access key, in slices of five minutes of timestamps, so that a slice expires at once.</summary>
internal sealed class AccessKeyWindow
{
    private const long SliceTicks = 5 * TimeSpan.TicksPerMinute;

    private readonly Lock gate = new();
    private readonly List<Slice> slices = [];
    private long forgottenBefore;
    private int count;

    public ReplayVerdict Remember(
        ulong fingerprint,
        DateTimeOffset signedAt,
        DateTimeOffset now,
        int room,
        out int forgotten
    )
    {
        lock (gate)
        {
            forgotten = DropExpired(now);

            // Asked again here, since time has passed since the form was checked; and a clock set back must not make
            // requests valid again whose nonces are gone.
            if (signedAt < now - SignedTimestamp.Tolerance || signedAt.UtcTicks < forgottenBefore)
            {
                return ReplayVerdict.Expired;
            }

            foreach (var slice in slices)
            {
                if (slice.Fingerprints.Contains(fingerprint))
                {
                    return ReplayVerdict.Seen;
                }
            }

            if (count >= room)
            {
                return ReplayVerdict.Full;
            }

            SliceOf(signedAt).Fingerprints.Add(fingerprint);
            count++;
            return ReplayVerdict.New;
        }
    }

    public int ForgetExpired(DateTimeOffset now)
    {
        lock (gate)
        {
            return DropExpired(now);
        }
    }

    private int DropExpired(DateTimeOffset now)
    {
        var before = count;
        var expired = (now - SignedTimestamp.Tolerance).UtcTicks;
        for (var index = slices.Count - 1; index >= 0; index--)
        {
            if (slices[index].End <= expired)
            {
                forgottenBefore = Math.Max(forgottenBefore, slices[index].End);
                count -= slices[index].Fingerprints.Count;
                slices.RemoveAt(index);
            }
        }

        return before - count;
    }

    private Slice SliceOf(DateTimeOffset signedAt)
    {
        var end = ((signedAt.UtcTicks / SliceTicks) + 1) * SliceTicks;
        foreach (var slice in slices)
        {
            if (slice.End == end)
            {
                return slice;
            }
        }

        var added = new Slice(end, new FingerprintSet());
        slices.Add(added);
        return added;
    }

    private sealed record Slice(long End, FingerprintSet Fingerprints);
}
