using System.Runtime.InteropServices;

namespace Keyhold.Server.Limits;

/// <summary>
/// Slows guessing down. Who fails more often than a mistake explains gets each further failing answer a second late;
/// so many of those wait at once, and while they do, more of the same is turned away before it is looked at. Answers
/// to good signatures are never late.
/// </summary>
internal sealed class FailedSignatures(TimeProvider time)
{
    /// <summary>Failures that a source may make before it is slowed down, ...</summary>
    public const int FreeFailures = 20;

    /// <summary>... and how soon one of them is forgiven.</summary>
    public static readonly TimeSpan Forgiven = TimeSpan.FromSeconds(3);

    public static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);

    /// <summary>Late answers that wait at once for one source and access key: so many guesses a second it has.</summary>
    public const int MaximumForPair = 4;

    /// <summary>Late answers that wait at once for one source.</summary>
    public const int MaximumForSource = 16;

    /// <summary>Late answers that wait at once in all: each holds a connection.</summary>
    public const int MaximumInAll = 1024;

    /// <summary>Requests a second of an access key that has signed well from a source, while it is being guessed from there.</summary>
    public const int SparedPerSecond = 100;

    private readonly TokenBuckets free = new(Forgiven, FreeFailures, time);
    private readonly KnownGood knownGood = new();
    private readonly TokenBuckets spared = new(TimeSpan.FromSeconds(1) / SparedPerSecond, SparedPerSecond, time);
    private readonly Lock door = new();
    private readonly Dictionary<SourceAddress, int> waitingBySource = [];
    private readonly Dictionary<int, int> waitingByPair = [];
    private volatile int waiting;

    /// <summary>
    /// Whether a request may be looked at. While a source keeps its late answers waiting, only access keys that signed
    /// well from there before are, so many a second: nobody behind the same address locks their holders out.
    /// </summary>
    public bool Admits(SourceAddress source, string accessKeyId)
    {
        if (waiting == 0)
        {
            return true;
        }

        var pair = PairOf(source, accessKeyId);
        lock (door)
        {
            var isCalm =
                waitingByPair.GetValueOrDefault(pair) < MaximumForPair
                && waitingBySource.GetValueOrDefault(source) < MaximumForSource;
            return isCalm || (knownGood.Knows(pair) && spared.TryTake(pair));
        }
    }

    public void Succeeded(SourceAddress source, string accessKeyId) => knownGood.Remember(PairOf(source, accessKeyId));

    /// <summary>Returns when the answer may go out. False when too many wait already: then it is another answer.</summary>
    public async ValueTask<bool> FailedAsync(SourceAddress source, string accessKeyId, CancellationToken stop)
    {
        if (free.TryTake(source.GetHashCode()))
        {
            return true;
        }

        var pair = PairOf(source, accessKeyId);
        if (!TryWait(source, pair))
        {
            return false;
        }

        try
        {
            await Task.Delay(Delay, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        }
        finally
        {
            lock (door)
            {
                waiting--;
                Release(waitingBySource, source);
                Release(waitingByPair, pair);
            }
        }
    }

    private bool TryWait(SourceAddress source, int pair)
    {
        lock (door)
        {
            if (
                waiting >= MaximumInAll
                || waitingBySource.GetValueOrDefault(source) >= MaximumForSource
                || waitingByPair.GetValueOrDefault(pair) >= MaximumForPair
            )
            {
                return false;
            }

            waiting++;
            CollectionsMarshal.GetValueRefOrAddDefault(waitingBySource, source, out _)++;
            CollectionsMarshal.GetValueRefOrAddDefault(waitingByPair, pair, out _)++;
            return true;
        }
    }

    /// <summary>Nobody waits any more, nothing is kept: the dictionaries are never larger than <see cref="MaximumInAll"/>.</summary>
    private static void Release<TKey>(Dictionary<TKey, int> waiting, TKey key)
        where TKey : notnull
    {
        if (--CollectionsMarshal.GetValueRefOrAddDefault(waiting, key, out _) == 0)
        {
            waiting.Remove(key);
        }
    }

    private static int PairOf(SourceAddress source, string accessKeyId) =>
        HashCode.Combine(source, string.GetHashCode(accessKeyId, StringComparison.Ordinal));
}
