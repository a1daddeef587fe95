using Keyhold.Crypto.Sealing;
using Keyhold.Server.Access;
using Keyhold.Server.Audit;
using Keyhold.Server.Vault;
using Keyhold.Storage;
using Keyhold.Storage.Accounts;
using Keyhold.Storage.Audit;
using Keyhold.Storage.Sqlite;

namespace Keyhold.Server.Hosting;

/// <summary>A data folder in use: its database is open and locked, its key ring unsealed.</summary>
internal sealed class OpenedFolder(
    SqliteDatabase database,
    AuditTrail trail,
    KeyRing ring,
    string rootKeyId,
    bool createdRootKey
) : IAsyncDisposable
{
    public SqliteDatabase Database => database;

    /// <summary>For the stores: what a request or command changes is committed with its audit intent.</summary>
    public IntendingDatabase IntendingDatabase { get; } =
        new(new MeasuredDatabase(database), new RowAuthenticator(ring));

    public AuditTrail Trail => trail;

    public KeyRing Ring => ring;

    public string RootKeyId => rootKeyId;

    /// <summary>Whether the root key was made just now.</summary>
    public bool CreatedRootKey => createdRootKey;

    /// <summary>From here on the trail is signed, and what a crash left unrecorded is made up for.</summary>
    public async ValueTask OpenTrailAsync(string accountId, TimeProvider time, CancellationToken stop)
    {
        var authenticator = new RowAuthenticator(ring);
        var keys = new AuditKeyVault(ring, accountId, new AuditKeyStore(database, authenticator), time);
        var key = await keys.EnsureAsync(TrailFolder.Node, stop);
        await trail.UnsealAsync(key, new AuditIntentStore(database, authenticator), stop);
    }

    public AccessKeys AccessKeysOf(Installation installation, TimeProvider time) =>
        new(
            new AccessKeyStore(IntendingDatabase, new RowAuthenticator(ring)),
            new SecretVault(ring, installation),
            installation,
            time
        );

    public async ValueTask DisposeAsync()
    {
        await trail.DisposeAsync();
        await database.DisposeAsync();
        ring.Dispose();
    }
}
