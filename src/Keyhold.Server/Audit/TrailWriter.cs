using System.Diagnostics;

namespace Keyhold.Server.Audit;

/// <summary>
/// The one writer. A thread of its own chains whatever waits in the queue, appends it in one piece, flushes it once, and
/// only then answers: while one batch waits for the disk, the next one gathers (group commit). A batch that cannot be
/// written leaves nothing behind, its callers hear why, and the next one is tried anew.
/// </summary>
internal sealed class TrailWriter : IDisposable
{
    // Bounds how long the first of a batch waits for the last, and how much a crash can tear.
    private const int LargestBatch = 512;

    private readonly TrailQueue queue = new();
    private readonly List<TrailWork> batch = new(LargestBatch);
    private readonly SegmentWriter segments;
    private readonly Thread thread;
    private volatile string? problem;
    private long unwritten;

    /// <summary>When the oldest of the batch in work began to wait; 0 when none is.</summary>
    private long oldest;
    private volatile int inWork;

    public TrailWriter(SegmentWriter segments)
    {
        this.segments = segments;
        thread = new Thread(WriteBatches) { IsBackground = true, Name = "Keyhold audit trail" };
        thread.Start();
    }

    /// <summary>Why the last attempt to write failed; null when it did not.</summary>
    public string? Problem => problem;

    /// <summary>How much waits to be written.</summary>
    public int Backlog => queue.Count + inWork;

    /// <summary>How long the oldest of it has waited.</summary>
    public TimeSpan BacklogAge =>
        Interlocked.Read(ref oldest) is not 0 and var since ? Stopwatch.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>Told how long each batch took to be on the disk, on the writer's thread.</summary>
    public Action<TimeSpan>? Written { get; set; }

    /// <summary>Returns when it is written as durably as was chosen; <see cref="AuditUnavailableException"/> otherwise.</summary>
    public Task DoAsync(TrailWork work) =>
        queue.TryAdd(work) ? work.Done : Task.FromException(new AuditUnavailableException("it is closed already."));

    /// <summary>Writes what waits, then ends the thread and closes the segment.</summary>
    public void Dispose()
    {
        queue.Close();
        thread.Join();
        segments.Dispose();
    }

    private void WriteBatches()
    {
        while (queue.Wait())
        {
            while (queue.TryTake(out var work))
            {
                if (work.Control is null)
                {
                    Add(work);
                    if (batch.Count < LargestBatch)
                    {
                        continue;
                    }
                }

                WriteBatch();
                if (work.Control is not null)
                {
                    RunBetween(work);
                }
            }

            WriteBatch();
        }
    }

    private void Add(TrailWork work)
    {
        if (batch.Count == 0)
        {
            Interlocked.Exchange(ref oldest, work.Since);
        }

        batch.Add(work);
        inWork = batch.Count;
    }

    private void WriteBatch()
    {
        if (batch.Count == 0)
        {
            return;
        }

        var isWritten = WriteAndAnswer();
        batch.Clear();
        inWork = 0;
        Interlocked.Exchange(ref oldest, 0);
        if (isWritten)
        {
            Try(segments.CloseWhenFull);
        }
    }

    private bool WriteAndAnswer()
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            segments.Write(batch, problem is null ? null : unwritten);
            problem = null;
            unwritten = 0;
        }
        catch (Exception failure)
        {
            unwritten += batch.Count(work => !work.Fields.IsEmpty);
            problem = failure.Message;
            var refusal = new AuditUnavailableException(failure.Message, failure);
            batch.ForEach(work => work.Fail(refusal));
            return false;
        }

        Written?.Invoke(Stopwatch.GetElapsedTime(started));
        batch.ForEach(work => work.Succeed());
        return true;
    }

    private void RunBetween(TrailWork work)
    {
        if (Try(work.Control!) is { } failure)
        {
            work.Fail(failure);
        }
        else
        {
            work.Succeed();
        }
    }

    private AuditUnavailableException? Try(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception failure)
        {
            problem = failure.Message;
            return new AuditUnavailableException(failure.Message, failure);
        }
    }
}
