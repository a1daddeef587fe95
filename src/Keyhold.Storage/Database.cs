namespace Keyhold.Storage;

/// <summary>
/// A database: reads see one consistent state, writes are answered only once they are durable.
/// The work handed in must use the session it is given, and only until it returns.
/// </summary>
public abstract class Database : IAsyncDisposable
{
    /// <summary>
    /// Other nodes may change it at any moment, so what is remembered of it counts only once a read has confirmed it.
    /// Otherwise this process alone holds it, and a change made here is the only change there is.
    /// </summary>
    public abstract bool IsShared { get; }

    /// <summary>What messages call it; never with a secret.</summary>
    public abstract string Place { get; }

    /// <summary>What the operator should know about it: sentences with a remedy.</summary>
    public virtual IReadOnlyList<string> Warnings => [];

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

    /// <summary>
    /// As <see cref="ReadAsync"/>, for a whole database: it may take as long as it takes, and each statement alone must end
    /// in time.
    /// </summary>
    public virtual ValueTask<T> ReadWholeAsync<T>(
        Func<Session, CancellationToken, ValueTask<T>> read,
        CancellationToken stop
    ) => ReadAsync(read, stop);

    /// <summary>
    /// As <see cref="WriteAsync"/>, for a whole database that nobody else uses: one transaction, once, however long it takes.
    /// </summary>
    public virtual ValueTask<T> WriteWholeAsync<T>(
        Func<Session, CancellationToken, ValueTask<T>> write,
        CancellationToken stop
    ) => WriteAsync(write, stop);

    /// <summary>
    /// The right to do a job that is one node's at a time, named by its kind, such as "expiry-notices"; null when another
    /// node does it now. A database that one process holds always gives it.
    /// </summary>
    public abstract ValueTask<JobLock?> TryLockAsync(string job, CancellationToken stop);

    /// <summary>
    /// The right to work on the database while no node runs; null when one does. Nodes do not start meanwhile. A database
    /// that one process holds always gives it.
    /// </summary>
    public abstract ValueTask<JobLock?> TryLockAloneAsync(CancellationToken stop);

    /// <summary>
    /// Where nodes share the database: makes this one known by its name until it leaves, and calls
    /// <paramref name="hear"/> with what others tell, or with an empty text when anything may have been missed.
    /// <see cref="StorageUnavailableException"/> when another process has the name. Else null.
    /// </summary>
    public virtual ValueTask<NodePresence?> EnterAsync(string node, Action<string> hear, CancellationToken stop) =>
        new((NodePresence?)null);

    /// <summary>Returns when the database answers a read.</summary>
    public async ValueTask PingAsync(CancellationToken stop) =>
        await ReadOneAsync((session, token) => session.CountAsync("SELECT COUNT(*)", [], token), stop);

    public abstract ValueTask DisposeAsync();
}
