namespace Keyhold.Storage.Audit;

/// <summary>
/// A database whose writes commit the current request's <see cref="AuditIntent"/> in the same transaction. Stores are
/// given this one, so that no change of state goes without.
/// </summary>
public sealed class IntendingDatabase(Database database, IRowAuthenticator authenticator) : Database
{
    public override bool IsShared => database.IsShared;

    public override string Place => database.Place;

    public override IReadOnlyList<string> Warnings => database.Warnings;

    public override ValueTask<T> ReadAsync<T>(
        Func<Session, CancellationToken, ValueTask<T>> read,
        CancellationToken stop
    ) => database.ReadAsync(read, stop);

    public override ValueTask<T> ReadOneAsync<T>(
        Func<Session, CancellationToken, ValueTask<T>> read,
        CancellationToken stop
    ) => database.ReadOneAsync(read, stop);

    public override ValueTask<T> WriteAsync<T>(
        Func<Session, CancellationToken, ValueTask<T>> write,
        CancellationToken stop
    ) =>
        // Looked up here, in the request's own flow: the work itself runs on the writer's thread.
        AuditIntent.Current
            is { } intent
            ? WriteAsync(write, intent, stop)
            : database.WriteAsync(write, stop);

    public override ValueTask<JobLock?> TryLockAsync(string job, CancellationToken stop) =>
        database.TryLockAsync(job, stop);

    public override ValueTask<JobLock?> TryLockAloneAsync(CancellationToken stop) => database.TryLockAloneAsync(stop);

    public override ValueTask<NodePresence?> EnterAsync(string node, Action<string> hear, CancellationToken stop) =>
        database.EnterAsync(node, hear, stop);

    /// <summary>The database beneath belongs to somebody else.</summary>
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async ValueTask<T> WriteAsync<T>(
        Func<Session, CancellationToken, ValueTask<T>> write,
        AuditIntent intent,
        CancellationToken stop
    )
    {
        var row = intent.Row();
        var result = await database.WriteAsync(
            async (session, token) =>
            {
                var written = await write(session, token);

                // Under the ring key of this attempt: the one before may have ended since the ring had moved on.
                await AuditIntentStore.AddAsync(session, AuditIntentStore.Write(row, authenticator), token);

                // Said before the commit: an event that is owed twice is better than one that is owed and forgotten.
                intent.Committed();
                return written;
            },
            stop
        );
        return result;
    }
}
