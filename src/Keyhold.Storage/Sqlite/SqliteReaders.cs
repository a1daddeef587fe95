using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Keyhold.Storage.Sqlite;

/// <summary>
/// A few connections for reading, opened when first needed and kept with their prepared statements. The one used last
/// is used next, since its pages and statements are warm. Reads run on the caller's thread: they cost microseconds.
/// </summary>
internal sealed class SqliteReaders(string file, int maximum) : IDisposable
{
    private readonly ConcurrentStack<SqliteSession> idle = new();
    private readonly SemaphoreSlim free = new(maximum, maximum);
    private volatile bool isClosed;

    public async ValueTask<T> ReadAsync<T>(Func<Session, CancellationToken, ValueTask<T>> read, CancellationToken stop)
    {
        await free.WaitAsync(stop);
        try
        {
            ObjectDisposedException.ThrowIf(isClosed, typeof(SqliteDatabase));
            var reader = idle.TryPop(out var kept) ? kept : SqliteSession.OpenReader(file);
            return await ReadAsync(reader, read, stop);
        }
        catch (SqliteException exception) when (SqliteFault.IsMendable(exception))
        {
            throw SqliteFault.Explain(exception, file);
        }
        finally
        {
            free.Release();
        }
    }

    /// <summary>Waits until the last read has ended, then closes all connections.</summary>
    public void Dispose()
    {
        isClosed = true;
        for (var i = 0; i < maximum; i++)
        {
            free.Wait();
        }

        while (idle.TryPop(out var reader))
        {
            reader.Dispose();
        }

        // Whoever still waits for a turn gets it, and with it the news.
        free.Release(maximum);
    }

    private async ValueTask<T> ReadAsync<T>(
        SqliteSession reader,
        Func<Session, CancellationToken, ValueTask<T>> read,
        CancellationToken stop
    )
    {
        try
        {
            // Several statements must see one state; one statement pays about a microsecond for it.
            reader.Frame("BEGIN");
            var result = await read(reader.Session, stop);
            reader.Frame("COMMIT");
            idle.Push(reader);
            return result;
        }
        catch (Exception exception) when (exception is not SqliteException)
        {
            // The work failed by its own reasons (a tampered row, a cancelled request): the connection is as good as before.
            reader.RollBack();
            idle.Push(reader);
            throw;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }
}
