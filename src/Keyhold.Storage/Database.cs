namespace Keyhold.Storage;

/// <summary>
/// A database: reads see one consistent state, writes are answered only once they are durable.
/// The work handed in must use the session it is given, and only until it returns.
/// </summary>
public abstract class Database : IAsyncDisposable
{
    /// <summary>Runs reads against one consistent snapshot.</summary>
    public abstract ValueTask<T> ReadAsync<T>(
        Func<Session, CancellationToken, ValueTask<T>> read,
        CancellationToken stop
    );

    /// <summary>
    /// Runs the work as one transaction and returns after its durable commit. An exception undoes this work alone.
    /// Cancellation counts until the work has begun; after that it is finished, so that the answer is never a guess.
    /// </summary>
    public abstract ValueTask<T> WriteAsync<T>(
        Func<Session, CancellationToken, ValueTask<T>> write,
        CancellationToken stop
    );

    /// <summary>Returns when the database answers a read.</summary>
    public async ValueTask PingAsync(CancellationToken stop) =>
        await ReadAsync((session, token) => session.CountAsync("SELECT 1", [], token), stop);

    public abstract ValueTask DisposeAsync();
}
