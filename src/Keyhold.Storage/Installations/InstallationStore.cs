namespace Keyhold.Storage.Installations;

/// <summary>
/// Which account the database belongs to. Not under a row HMAC: it is read before the key ring is open, and a changed
/// account opens nothing, since every seal is bound to the account it was made for.
/// </summary>
public sealed class InstallationStore(Database database)
{
    /// <summary>Null before the database was prepared.</summary>
    public ValueTask<string?> FindAccountAsync(CancellationToken stop) => database.ReadOneAsync(FindAccountAsync, stop);

    /// <summary>Records the account once; a database that belongs to one already keeps it.</summary>
    public async ValueTask SetAccountAsync(string accountId, CancellationToken stop) =>
        await database.WriteAsync((session, token) => SetAccountAsync(session, accountId, token), stop);

    internal static ValueTask<string?> FindAccountAsync(Session session, CancellationToken stop) =>
        session.FindAsync(
            "SELECT account_id FROM installation WHERE singleton = 1",
            [],
            reader => reader.GetString(0),
            stop
        );

    internal static ValueTask<int> SetAccountAsync(Session session, string accountId, CancellationToken stop) =>
        session.ExecuteAsync(
            """
            INSERT INTO installation (singleton, account_id) VALUES (1, @account_id)
            ON CONFLICT (singleton) DO NOTHING
            """,
            [new("@account_id", accountId)],
            stop
        );
}
