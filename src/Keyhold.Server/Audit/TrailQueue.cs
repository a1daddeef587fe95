namespace Keyhold.Server.Audit;

/// <summary>
/// What waits for the trail's one thread, which takes it in batches. Flushing to the disk costs as much as some requests,
/// so a batch gathers while work waits in the thread pool, from which more events are about to come, but never for long.
/// Alone on an idle server, an event is taken at once.
/// </summary>
internal sealed class TrailQueue
{
    private static readonly TimeSpan LongestGathering = TimeSpan.FromMilliseconds(2);

    private readonly object gate = new();
    private readonly Queue<TrailWork> waiting = new();
    private State state = State.Busy;
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
    public int Count
    {
        get
        {
            lock (gate)
            {
                return waiting.Count;
            }
        }
    }

    /// <summary>False when it is closed: what was added is taken, whatever happens.</summary>
    public bool TryAdd(TrailWork work)
    {
        lock (gate)
        {
            if (isClosed)
            {
                return false;
            }

            waiting.Enqueue(work);
            if (state == State.Idle || (state == State.Gathering && !IsMoreAboutToCome()))
            {
                Monitor.Pulse(gate);
            }

            return true;
        }
    }

    /// <summary>For the one thread: returns when there is something to take; false when it is closed and empty.</summary>
    public bool Wait()
    {
        lock (gate)
        {
            state = State.Idle;
            while (waiting.Count == 0 && !isClosed)
            {
                Monitor.Wait(gate);
            }

            if (!isClosed && IsMoreAboutToCome())
            {
                state = State.Gathering;
                Monitor.Wait(gate, LongestGathering);
            }

            state = State.Busy;
            return waiting.Count > 0;
        }
    }

    public bool TryTake(out TrailWork work)
    {
        lock (gate)
        {
            return waiting.TryDequeue(out work!);
        }
    }

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
