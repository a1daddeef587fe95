using System.Collections.Concurrent;

namespace Keyhold.Server.Audit;

/// <summary>
/// What waits for the trail's one thread, which takes it in batches. Flushing to the disk costs as much as some requests,
/// so a batch gathers while work waits in the thread pool, from which more events are about to come, but never for long.
/// Alone on an idle server, an event is taken at once.
/// </summary>
internal sealed class TrailQueue
{
    private static readonly TimeSpan LongestGathering = TimeSpan.FromMilliseconds(2);

    private readonly ConcurrentQueue<TrailWork> waiting = new();
    private readonly object gate = new();
    private volatile State state = State.Busy;
    private bool isClosed;

    private enum State
    {
        /// <summary>The thread writes, and looks again afterwards.</summary>
        Busy,

        /// <summary>It sleeps until something comes.</summary>
        Idle,

        /// <summary>It sleeps until nothing more is about to come, or it has waited long enough.</summary>
        Gathering,
    }

    /// <summary>How much waits to be taken.</summary>
    public int Count => waiting.Count;

    /// <summary>False when it is closed.</summary>
    public bool TryAdd(TrailWork work)
    {
        if (Volatile.Read(ref isClosed))
        {
            return false;
        }

        waiting.Enqueue(work);
        Interlocked.MemoryBarrier();
        var now = state;
        if (now == State.Idle || (now == State.Gathering && !IsMoreAboutToCome()))
        {
            lock (gate)
            {
                Monitor.Pulse(gate);
            }
        }

        return true;
    }

    /// <summary>For the one thread: returns when there is something to take; false when it is closed and empty.</summary>
    public bool Wait()
    {
        lock (gate)
        {
            state = State.Idle;
            Interlocked.MemoryBarrier();
            while (waiting.IsEmpty && !isClosed)
            {
                Monitor.Wait(gate);
            }

            if (!isClosed && IsMoreAboutToCome())
            {
                state = State.Gathering;
                Monitor.Wait(gate, LongestGathering);
            }

            state = State.Busy;
            return !waiting.IsEmpty;
        }
    }

    public bool TryTake(out TrailWork work) => waiting.TryDequeue(out work!);

    public void Close()
    {
        lock (gate)
        {
            isClosed = true;
            Monitor.Pulse(gate);
        }
    }

    private static bool IsMoreAboutToCome() => ThreadPool.PendingWorkItemCount > 0;
}
