using Keyhold.Crypto.Sealing;
using Keyhold.Server.Access;
using Keyhold.Server.Audit;
using Keyhold.Server.Vault;
using Keyhold.Storage.Accounts;
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

    public AuditTrail Trail => trail;

    public KeyRing Ring => ring;

    public string RootKeyId => rootKeyId;

    /// <summary>Whether the root key was made just now.</summary>
    public bool CreatedRootKey => createdRootKey;

    public AccessKeys AccessKeysOf(Installation installation, TimeProvider time) =>
        new(new AccessKeyStore(database, new RowAuthenticator(ring)), new SecretVault(ring, installation), time);

    public async ValueTask DisposeAsync()
    {
        await trail.DisposeAsync();
        await database.DisposeAsync();
        ring.Dispose();
    }
}
