using System.Data.Common;

namespace Keyhold.Storage.KeyRings;

/// <summary>
/// The key ring's rows. They carry no HMAC: the keys for row HMACs come from this ring, and the root key's seal
/// authenticates each entry.
/// </summary>
public sealed class KeyRingStore(Database database)
{
    public ValueTask<IReadOnlyList<KeyRingRow>> ListAsync(CancellationToken stop) =>
        database.ReadOneAsync<IReadOnlyList<KeyRingRow>>(
            async (session, token) =>
                await session.ListAsync(
                    "SELECT id, sealed_key, root_key_id, created_at FROM key_ring ORDER BY id",
                    [],
                    Read,
                    token
                ),
            stop
        );

    public async ValueTask AddAsync(KeyRingRow row, CancellationToken stop) =>
        await database.WriteAsync(
            (session, token) =>
                session.ExecuteAsync(
                    """
                    INSERT INTO key_ring (id, sealed_key, root_key_id, created_at)
                    VALUES (@id, @sealed_key, @root_key_id, @created_at)
                    """,
                    [
                        new("@id", (long)row.Id),
                        new("@sealed_key", row.SealedKey),
                        new("@root_key_id", row.RootKeyId),
                        new("@created_at", row.CreatedAt.ToUnixTimeMilliseconds()),
                    ],
                    token
                ),
            stop
        );

    private static KeyRingRow Read(DbDataReader reader) =>
        new(
            (int)reader.GetInt64(0),
            reader.GetFieldValue<byte[]>(1),
            reader.GetString(2),
            DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(3))
        );
}
