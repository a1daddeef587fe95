using System.Data.Common;
using Keyhold.Storage.Rows;

namespace Keyhold.Storage.Accounts;

/// <summary>The last use of each access key, each row under its HMAC; deleting the access key deletes it.</summary>
public sealed class AccessKeyUseStore(Database database, IRowAuthenticator authenticator)
{
    private const string Table = "access_key_uses";
    private const int BatchSize = 64;

    /// <summary>A key that is gone by now gets no row, and an older use never replaces a newer one.</summary>
    private const string Upsert = """
        INSERT INTO access_key_uses (access_key_id, used_at, action, source, mac_key_id, mac)
        SELECT @access_key_id, @used_at, @action, @source, @mac_key_id, @mac
        WHERE EXISTS (SELECT 1 FROM access_keys WHERE access_key_id = @access_key_id)
        ON CONFLICT (access_key_id) DO UPDATE
        SET used_at = excluded.used_at, action = excluded.action, source = excluded.source,
            mac_key_id = excluded.mac_key_id, mac = excluded.mac
        WHERE excluded.used_at >= access_key_uses.used_at
        """;

    /// <summary>Null when no use has been stored.</summary>
    public ValueTask<AccessKeyUseRow?> FindAsync(string accessKeyId, CancellationToken stop) =>
        database.ReadOneAsync(
            (session, token) =>
                session.FindAsync(
                    """
                    SELECT access_key_id, used_at, action, source, mac_key_id, mac
                    FROM access_key_uses WHERE access_key_id = @access_key_id
                    """,
                    [new("@access_key_id", accessKeyId)],
                    Read,
                    token
                ),
            stop
        );

    /// <summary>
    /// Stores them, some in one transaction at a time: a transaction must end in time over a slow network. In the order of
    /// their ids, so that two nodes that store the same ones do not wait for each other.
    /// </summary>
    public async ValueTask PutAsync(IReadOnlyCollection<AccessKeyUseRow> uses, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(uses);
        foreach (var batch in uses.OrderBy(use => use.AccessKeyId, StringComparer.Ordinal).Chunk(BatchSize))
        {
            await database.WriteAsync(
                async (session, token) =>
                {
                    foreach (var use in batch)
                    {
                        await session.ExecuteAsync(Upsert, Write(use), token);
                    }

                    return batch.Length;
                },
                stop
            );
        }
    }

    private AccessKeyUseRow Read(DbDataReader reader)
    {
        var row = new RowReader(reader, 0, Table, authenticator);
        var accessKeyId = row.Text();
        var usedAt = row.Integer();
        var action = row.Text();
        var source = row.Text();
        row.Check(accessKeyId);
        return new(accessKeyId, DateTimeOffset.FromUnixTimeMilliseconds(usedAt), action, source);
    }

    private SqlValue[] Write(AccessKeyUseRow use)
    {
        var row = new RowWriter(Table, authenticator);
        row.Text("@access_key_id", use.AccessKeyId);
        row.Integer("@used_at", use.UsedAt.ToUnixTimeMilliseconds());
        row.Text("@action", use.Action);
        row.Text("@source", use.Source);
        return row.Finish();
    }
}
