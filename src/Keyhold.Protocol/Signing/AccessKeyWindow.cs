namespace Keyhold.Protocol.Signing;

/// <summary>The nonces of one access key, in slices of five minutes of timestamps, so that a slice expires at once.</summary>
internal sealed class AccessKeyWindow
{
    private const long SliceTicks = 5 * TimeSpan.TicksPerMinute;

    // Requests come closer together than slices are long, or so rarely that a few spans last for days.
    private const int MostSpans = 8;

    private readonly Lock gate = new();
    private readonly List<Slice> slices = [];

    /// <summary>Timestamps among which nonces were forgotten, apart from each other, the earliest first.</summary>
    private readonly List<(long First, long Last)> forgotten = new(MostSpans + 1);
    private int count;

    public ReplayVerdict Remember(
        ulong fingerprint,
        DateTimeOffset signedAt,
        DateTimeOffset now,
        int room,
        out int dropped
    )
    {
        lock (gate)
        {
            dropped = DropExpired(now);

            // Asked again here, since time has passed since the form was checked.
            if (signedAt < now - SignedTimestamp.Tolerance)
            {
                return ReplayVerdict.Expired;
            }

            // A clock set back must not make requests valid again whose nonces are gone, nor shut out any others.
            if (IsForgotten(signedAt.UtcTicks))
            {
                return ReplayVerdict.Forgotten;
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

            SliceOf(signedAt.UtcTicks).Add(fingerprint, signedAt.UtcTicks);
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
                Forget(slices[index]);
                count -= slices[index].Fingerprints.Count;
                slices.RemoveAt(index);
            }
        }

        return before - count;
    }

    private bool IsForgotten(long signedAt)
    {
        foreach (var span in forgotten)
        {
            if (span.First <= signedAt && signedAt <= span.Last)
            {
                return true;
            }
        }

        return false;
    }

    private void Forget(Slice slice)
    {
        forgotten.Add((slice.First, slice.Last));
        forgotten.Sort();
        for (var index = forgotten.Count - 1; index > 0; index--)
        {
            if (forgotten[index].First - forgotten[index - 1].Last <= SliceTicks)
            {
                Join(index);
            }
        }

        if (forgotten.Count > MostSpans)
        {
            Join(1);
        }
    }

    /// <summary>One span of two neighbours, and of what lies between them.</summary>
    private void Join(int index)
    {
        forgotten[index - 1] = (forgotten[index - 1].First, Math.Max(forgotten[index - 1].Last, forgotten[index].Last));
        forgotten.RemoveAt(index);
    }

    private Slice SliceOf(long signedAt)
    {
        var end = ((signedAt / SliceTicks) + 1) * SliceTicks;
        foreach (var slice in slices)
        {
            if (slice.End == end)
            {
                return slice;
            }
        }

        var added = new Slice(end);
        slices.Add(added);
        return added;
    }

    private sealed class Slice(long end)
    {
        public long End => end;

        public FingerprintSet Fingerprints { get; } = new();

        /// <summary>The earliest and the latest timestamp in it.</summary>
        public long First { get; private set; } = long.MaxValue;

        public long Last { get; private set; }

        public void Add(ulong fingerprint, long signedAt)
        {
            Fingerprints.Add(fingerprint);
            First = Math.Min(First, signedAt);
            Last = Math.Max(Last, signedAt);
        }
    }
}
