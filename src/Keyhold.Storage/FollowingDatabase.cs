using Keyhold.Storage.KeyRings;

namespace Keyhold.Storage;

/// <summary>
/// A shared database as one node sees it, whose key ring another node may add to. A row under a ring key that this node does
/// not have, and a write while there is a newer one than it knows, let it read the ring again first. So a rotation's last
/// row is its last row: nothing is written under an older key once the newer one is stored.
/// </summary>
/// <param name="follow">Reads the ring again.</param>
public sealed class FollowingDatabase(
    Database database,
    IRowAuthenticator authenticator,
    Func<CancellationToken, ValueTask> follow
) : Database
{
    public override bool IsShared => database.IsShared;

    public override string Place => database.Place;

    public override IReadOnlyList<string> Warnings => database.Warnings;

    public override ValueTask<T> ReadAsync<T>(
        Func<Session, CancellationToken, ValueTask<T>> read,
        CancellationToken stop
    ) => FollowAsync(() => database.ReadAsync(read, stop), stop);

    public override ValueTask<T> ReadOneAsync<T>(
        Func<Session, CancellationToken, ValueTask<T>> read,
        CancellationToken stop
    ) => FollowAsync(() => database.ReadOneAsync(read, stop), stop);

    public override ValueTask<T> WriteAsync<T>(
        Func<Session, CancellationToken, ValueTask<T>> write,
        CancellationToken stop
    ) =>
        FollowAsync(
            () =>
                database.WriteAsync(
                    async (session, token) =>
                    {
                        if (await KeyRingStore.NewestIdAsync(session, token) > authenticator.CurrentKeyId)
                        {
                            throw new RingMovedException();
                        }

                        return await write(session, token);
                    },
                    stop
                ),
            stop
        );

    public override ValueTask<JobLock?> TryLockAsync(string job, CancellationToken stop) =>
        database.TryLockAsync(job, stop);

    public override ValueTask<JobLock?> TryLockAloneAsync(CancellationToken stop) => database.TryLockAloneAsync(stop);

    public override ValueTask<NodePresence?> EnterAsync(string node, Action<string> hear, CancellationToken stop) =>
        database.EnterAsync(node, hear, stop);

    /// <summary>The database beneath belongs to somebody else.</summary>
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async ValueTask<T> FollowAsync<T>(Func<ValueTask<T>> work, CancellationToken stop)
    {
        try
        {
            return await work();
        }
        catch (Exception moved) when (moved is RingMovedException or RowTamperedException { MissingKeyId: not null })
        {
            await follow(stop);
        }

        return await work();
    }

    private sealed class RingMovedException()
        : Exception("The key ring in the database has a newer key than this node knows.");
}
