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

    public TrailWriter(SegmentWriter segments)
    {
        this.segments = segments;
        thread = new Thread(WriteBatches) { IsBackground = true, Name = "Keyhold audit trail" };
        thread.Start();
    }

    /// <summary>Why the last attempt to write failed; null when it did not.</summary>
    public string? Problem => problem;

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
                    batch.Add(work);
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

    private void WriteBatch()
    {
        if (batch.Count == 0)
        {
            return;
        }

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
            batch.Clear();
            return;
        }

        batch.ForEach(work => work.Succeed());
        batch.Clear();
        Try(segments.CloseWhenFull);
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
