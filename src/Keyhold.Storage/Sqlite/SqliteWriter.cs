using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Keyhold.Storage.Sqlite;

/// <summary>
/// The one writer. A thread of its own takes whatever waits in the queue into one transaction, each unit in a savepoint,
/// commits once, and only then answers: while one commit waits for the disk, the next batch gathers (group commit).
/// A unit that fails is undone alone; when the commit fails, nothing of the batch is kept and all its callers hear why.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    // Bounds memory, and how long a caller can wait behind others: later ones wait before the queue instead.
    private const int QueueLength = 1024;

    // Bounds how long the first of a batch waits for the last.
    private const int LargestBatch = 256;

    private readonly Channel<WriteUnit> queue = Channel.CreateBounded<WriteUnit>(
        new BoundedChannelOptions(QueueLength) { SingleReader = true }
    );
    private readonly List<WriteUnit> batch = new(LargestBatch);
    private readonly string file;
    private readonly SqliteSession connection;
    private readonly Thread thread;

    public SqliteWriter(string file, SqliteSession connection)
    {
        this.file = file;
        this.connection = connection;
        thread = new Thread(CommitBatches) { IsBackground = true, Name = "Keyhold writer" };
        thread.Start();
    }

    public async ValueTask<T> WriteAsync<T>(
        Func<Session, CancellationToken, ValueTask<T>> write,
        CancellationToken stop
    )
    {
        var unit = new WriteUnit<T>(write);
        try
        {
            await queue.Writer.WriteAsync(unit, stop);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(SqliteDatabase), $"The database {file} is already closed.");
        }

        await using var registration = stop.Register(() => unit.GiveUp(stop));
        return await unit.Answered;
    }

    /// <summary>Finishes everything in the queue, then ends the thread and closes the connection.</summary>
    public void Dispose()
    {
        queue.Writer.TryComplete();
        thread.Join();
        connection.Dispose();
    }

    private void CommitBatches()
    {
        while (queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            CommitBatch();
        }
    }

    private void CommitBatch()
    {
        batch.Clear();
        try
        {
            while (batch.Count < LargestBatch && queue.Reader.TryRead(out var unit))
            {
                if (unit.TryBegin())
                {
                    batch.Add(unit);
                    RunAlone(unit);
                }
            }

            if (batch.Count > 0)
            {
                connection.Frame("COMMIT");
            }
        }
        catch (Exception exception)
        {
            FailBatch(Explain(exception));
            return;
        }

        foreach (var unit in batch)
        {
            unit.Answer(Explain);
        }
    }

    private void RunAlone(WriteUnit unit)
    {
        if (batch.Count == 1)
        {
            connection.Frame("BEGIN IMMEDIATE");
        }

        connection.Frame("SAVEPOINT unit");
        unit.Run(connection.Session);
        if (unit.Failure is not null)
        {
            if (!connection.IsInTransaction)
            {
                // SQLite has rolled back everything by itself, the units before this one included.
                throw unit.Failure;
            }

            connection.Frame("ROLLBACK TO unit");
        }

        connection.Frame("RELEASE unit");
    }

    private Exception Explain(Exception exception) =>
        exception is SqliteException sqlite && SqliteFault.IsMendable(sqlite)
            ? SqliteFault.Explain(sqlite, file)
            : exception;

    private void FailBatch(Exception exception)
    {
        try
        {
            connection.RollBack();
        }
        catch (SqliteException)
        {
            // The thread must live on, and the callers should hear the first reason, not this one. Should a transaction
            // still be open, the next batch fails at its BEGIN and comes here again.
        }

        foreach (var unit in batch)
        {
            unit.Fail(exception);
        }
    }
}
