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
    /// Runs a read of one statement, which sees one state by itself: over a network this saves two of three round trips.
    /// </summary>
    public abstract ValueTask<T> ReadOneAsync<T>(
        Func<Session, CancellationToken, ValueTask<T>> read,
        CancellationToken stop
    );

    /// <summary>
    /// Runs the work as one transaction and returns after its durable commit. An exception undoes this work alone. Where
    /// several nodes share the database, the work is run again when another node's came between: it must do nothing beside
    /// what it does in the session. Cancellation counts until the work has begun; after that it is finished, so that the
    /// answer is never a guess.
    /// </summary>
    public abstract ValueTask<T> WriteAsync<T>(
        Func<Session, CancellationToken, ValueTask<T>> write,
        CancellationToken stop
    );

    /// <summary>Returns when the database answers a read.</summary>
    public async ValueTask PingAsync(CancellationToken stop) =>
        await ReadOneAsync((session, token) => session.CountAsync("SELECT COUNT(*)", [], token), stop);

    public abstract ValueTask DisposeAsync();
}
