using Keyhold.Crypto.Sealing;
using Keyhold.Server.Access;
using Keyhold.Server.Vault;
using Keyhold.Storage.Accounts;
using Keyhold.Storage.Sqlite;

namespace Keyhold.Server.Hosting;

/// <summary>A data folder in use: its database is open and locked, its key ring unsealed.</summary>
internal sealed class OpenedFolder(SqliteDatabase database, KeyRing ring, string rootKeyId, bool createdRootKey)
    : IAsyncDisposable
{
    public SqliteDatabase Database => database;

    public KeyRing Ring => ring;

    public string RootKeyId => rootKeyId;

    /// <summary>Whether the root key was made just now.</summary>
    public bool CreatedRootKey => createdRootKey;

    public AccessKeys AccessKeysOf(Installation installation, TimeProvider time) =>
        new(
            new AccessKeyStore(database, new RowAuthenticator(ring)),
            new SecretVault(ring, installation),
            installation,
            time
        );

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        ring.Dispose();
    }
}
