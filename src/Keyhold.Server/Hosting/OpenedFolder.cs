using Keyhold.Crypto.Sealing;
using Keyhold.Server.Access;
using Keyhold.Server.Audit;
using Keyhold.Server.Vault;
using Keyhold.Storage;
using Keyhold.Storage.Accounts;
using Keyhold.Storage.Audit;

namespace Keyhold.Server.Hosting;

/// <summary>A data folder in use: its database is open and locked, its key ring unsealed.</summary>
internal sealed class OpenedFolder(Database database, AuditTrail trail, OpenedRing opened) : IAsyncDisposable
{
    public Database Database => database;

    /// <summary>For the stores: what a request or command changes is committed with its audit intent.</summary>
    public IntendingDatabase IntendingDatabase { get; } =
        new(
            new MeasuredDatabase(
                opened.Follower is { } follower
                    ? new FollowingDatabase(database, new RowAuthenticator(opened.Ring), follower.FollowAsync)
                    : database
            ),
            new RowAuthenticator(opened.Ring)
        );

    public AuditTrail Trail => trail;

    public KeyRing Ring => opened.Ring;

    public string RootKeyId => opened.RootKeyId;

    /// <summary>Whether the root key was made just now.</summary>
    public bool CreatedRootKey => opened.CreatedRootKey;

    /// <summary>Takes ring keys that other nodes made into the ring.</summary>
    public ValueTask FollowRingAsync(CancellationToken stop) =>
        opened.Follower?.FollowAsync(stop) ?? ValueTask.CompletedTask;

    /// <summary>
    /// Opens what other nodes will add to the ring by this root key, the ring's from now on; null where it is opened anew
    /// from its place each time.
    /// </summary>
    public ValueTask FollowByAsync(IRootKey? kept) => opened.Follower?.ExchangeAsync(kept) ?? ValueTask.CompletedTask;

    /// <summary>No key stays in memory. The last use must have ended.</summary>
    public void ClearKeys() => opened.Dispose();

    /// <summary>From here on the trail is signed, and what a crash left unrecorded is made up for.</summary>
    public async ValueTask OpenTrailAsync(string accountId, TimeProvider time, CancellationToken stop)
    {
        var authenticator = new RowAuthenticator(Ring);
        var store = new AuditKeyStore(database, authenticator);
        var key = await new AuditKeyVault(Ring, accountId, store, time).EnsureAsync(trail.Node, stop);
        if (await trail.UnsealAsync(key, new AuditIntentStore(database, authenticator), stop))
        {
            await store.NoteFirstCheckpointAsync(trail.Node, stop);
        }
    }

    public AccessKeys AccessKeysOf(Installation installation, TimeProvider time) =>
        new(
            new AccessKeyStore(IntendingDatabase, new RowAuthenticator(Ring)),
            new SecretVault(Ring, installation),
            installation,
            time
        );

    public async ValueTask DisposeAsync()
    {
        await trail.DisposeAsync();
        await database.DisposeAsync();
        opened.Dispose();
    }
}
