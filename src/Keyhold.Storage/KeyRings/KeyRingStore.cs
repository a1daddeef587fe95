using System.Data.Common;
using Keyhold.Storage.Installations;

namespace Keyhold.Storage.KeyRings;

/// <summary>
/// The key ring's rows, and what is known of the root key that seals them. They carry no HMAC: the keys for row HMACs
/// come from this ring, and the root key's seal authenticates each entry.
/// </summary>
public sealed class KeyRingStore(Database database)
{
    private const string List = "SELECT id, sealed_key, root_key_id, created_at FROM key_ring ORDER BY id";

    private const string Insert = """
        INSERT INTO key_ring (id, sealed_key, root_key_id, created_at)
        VALUES (@id, @sealed_key, @root_key_id, @created_at)
        """;

    private const string Rewrap = """
        UPDATE key_ring SET sealed_key = @sealed_key, root_key_id = @root_key_id
        WHERE id = @id AND sealed_key = @sealed_before
        """;

    private const string CountUnderOthers = "SELECT COUNT(*) FROM key_ring WHERE root_key_id <> @root_key_id";

    private const string InsertRootKey = """
        INSERT INTO root_keys (root_key_id, provider, parameters) VALUES (@root_key_id, @provider, @parameters)
        """;

    public ValueTask<IReadOnlyList<KeyRingRow>> ListAsync(CancellationToken stop) =>
        database.ReadOneAsync<IReadOnlyList<KeyRingRow>>(
            async (session, token) => await session.ListAsync(List, [], Read, token),
            stop
        );

    /// <summary>What is known of the root keys; none in a database that an earlier version prepared.</summary>
    public ValueTask<IReadOnlyList<RootKeyRow>> ListRootKeysAsync(CancellationToken stop) =>
        database.ReadOneAsync<IReadOnlyList<RootKeyRow>>(
            async (session, token) =>
                await session.ListAsync(
                    "SELECT root_key_id, provider, parameters FROM root_keys ORDER BY root_key_id",
                    [],
                    reader => new RootKeyRow(reader.GetString(0), reader.GetString(1), reader.GetFieldValue<byte[]>(2)),
                    token
                ),
            stop
        );

    public async ValueTask AddAsync(KeyRingRow row, CancellationToken stop) =>
        await database.WriteAsync((session, token) => session.ExecuteAsync(Insert, Values(row), token), stop);

    /// <summary>
    /// The first key, and with it what is known of the root key and the account that the database is for. False, and
    /// nothing changed, when there is a ring, or another account: another node was faster.
    /// </summary>
    public ValueTask<bool> AddFirstAsync(
        KeyRingRow row,
        RootKeyRow rootKey,
        string accountId,
        CancellationToken stop
    ) =>
        database.WriteAsync(
            async (session, token) =>
            {
                await InstallationStore.SetAccountAsync(session, accountId, token);
                if (
                    await session.CountAsync("SELECT COUNT(*) FROM key_ring", [], token) > 0
                    || !string.Equals(
                        await InstallationStore.FindAccountAsync(session, token),
                        accountId,
                        StringComparison.Ordinal
                    )
                )
                {
                    return false;
                }

                await session.ExecuteAsync(Insert, Values(row), token);
                await session.ExecuteAsync(InsertRootKey, Values(rootKey), token);
                return true;
            },
            stop
        );

    /// <summary>
    /// A further key, and the note that everything is to be moved to it. False, and nothing changed, when the ring is under
    /// another root key than this row: a ring under two of them opens with neither.
    /// </summary>
    public ValueTask<bool> AddNextAsync(KeyRingRow row, CancellationToken stop) =>
        database.WriteAsync(
            async (session, token) =>
            {
                if (await session.CountAsync(CountUnderOthers, [new("@root_key_id", row.RootKeyId)], token) > 0)
                {
                    return false;
                }

                await session.ExecuteAsync(Insert, Values(row), token);
                await session.ExecuteAsync(
                    "INSERT INTO key_rotation (singleton) VALUES (1) ON CONFLICT (singleton) DO NOTHING",
                    [],
                    token
                );
                return true;
            },
            stop
        );

    /// <summary>Whether a rotation of the data key was begun and has not come to its end.</summary>
    public async ValueTask<bool> IsRotatingAsync(CancellationToken stop) =>
        await database.ReadAsync(
            (session, token) => session.CountAsync("SELECT COUNT(*) FROM key_rotation", [], token),
            stop
        ) > 0;

    public async ValueTask EndRotationAsync(CancellationToken stop) =>
        await database.WriteAsync(
            (session, token) => session.ExecuteAsync("DELETE FROM key_rotation", [], token),
            stop
        );

    /// <summary>
    /// The whole ring under another root key, in one transaction: all or nothing. Before the commit the rows are read
    /// again and given to <paramref name="verify"/>, which throws to undo. False, and nothing changed, when the ring is
    /// no longer what it was.
    /// </summary>
    public ValueTask<bool> RewrapAsync(
        IReadOnlyList<KeyRingRow> before,
        IReadOnlyList<KeyRingRow> after,
        RootKeyRow rootKey,
        Action<IReadOnlyList<KeyRingRow>> verify,
        CancellationToken stop
    ) =>
        database.WriteAsync(
            async (session, token) =>
            {
                var now = await session.ListAsync(List, [], Read, token);
                if (!now.Select(row => row.Id).SequenceEqual(before.Select(row => row.Id)))
                {
                    return false;
                }

                foreach (var (old, row) in before.Zip(after))
                {
                    SqlValue[] values = [.. Values(row)[..3], new("@sealed_before", old.SealedKey)];
                    if (await session.ExecuteAsync(Rewrap, values, token) != 1)
                    {
                        throw new RowTamperedException(
                            "key_ring",
                            $"{row.Id}",
                            "it changed while it was being wrapped anew"
                        );
                    }
                }

                await session.ExecuteAsync("DELETE FROM root_keys", [], token);
                await session.ExecuteAsync(InsertRootKey, Values(rootKey), token);
                verify(await session.ListAsync(List, [], Read, token));
                return true;
            },
            stop
        );

    /// <summary>Deletes the keys before this one. To be called when nothing refers to them any more.</summary>
    public ValueTask<int> RetireBeforeAsync(int id, CancellationToken stop) =>
        database.WriteAsync(
            (session, token) =>
                session.ExecuteAsync("DELETE FROM key_ring WHERE id < @id", [new("@id", (long)id)], token),
            stop
        );

    /// <summary>The key for what is written now, as the database has it.</summary>
    internal static ValueTask<long> NewestIdAsync(Session session, CancellationToken stop) =>
        session.CountAsync("SELECT id FROM key_ring ORDER BY id DESC LIMIT 1", [], stop);

    private static SqlValue[] Values(KeyRingRow row) =>
        [
            new("@id", (long)row.Id),
            new("@sealed_key", row.SealedKey),
            new("@root_key_id", row.RootKeyId),
            new("@created_at", row.CreatedAt.ToUnixTimeMilliseconds()),
        ];

    private static SqlValue[] Values(RootKeyRow rootKey) =>
        [
            new("@root_key_id", rootKey.RootKeyId),
            new("@provider", rootKey.Provider),
            new("@parameters", rootKey.Parameters),
        ];

    private static KeyRingRow Read(DbDataReader reader) =>
        new(
            (int)reader.GetInt64(0),
            reader.GetFieldValue<byte[]>(1),
            reader.GetString(2),
            DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(3))
        );
}
