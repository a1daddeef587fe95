using System.Data.Common;
using Keyhold.Storage.Rows;

namespace Keyhold.Storage.Accounts;

/// <summary>Access keys, each row under its HMAC: every read may throw <see cref="RowTamperedException"/>.</summary>
public sealed class AccessKeyStore(Database database, IRowAuthenticator authenticator)
{
    private const string Table = "access_keys";

    private const string Columns = "access_key_id, revision, owner, sealed_secret, status, created_at, mac_key_id, mac";

    public ValueTask<AccessKeyRow?> FindAsync(string accessKeyId, CancellationToken stop) =>
        database.ReadOneAsync((session, token) => FindAsync(session, accessKeyId, token), stop);

    /// <summary>All access keys, oldest first.</summary>
    public ValueTask<IReadOnlyList<AccessKeyRow>> ListAsync(CancellationToken stop) =>
        database.ReadOneAsync<IReadOnlyList<AccessKeyRow>>(
            async (session, token) =>
                await session.ListAsync(
                    $"SELECT {Columns} FROM access_keys ORDER BY created_at, access_key_id",
                    [],
                    Read,
                    token
                ),
            stop
        );

    /// <summary>False when the id exists already; nothing is changed then.</summary>
    public ValueTask<bool> AddAsync(AccessKeyRow row, CancellationToken stop) =>
        database.WriteAsync(
            async (session, token) =>
                await session.ExecuteAsync(
                    $"""
                    INSERT INTO access_keys ({Columns})
                    VALUES (@access_key_id, @revision, @owner, @sealed_secret, @status, @created_at, @mac_key_id, @mac)
                    ON CONFLICT (access_key_id) DO NOTHING
                    """,
                    Write(row),
                    token
                ) == 1,
            stop
        );

    /// <summary>False when there is no such access key.</summary>
    public ValueTask<bool> UpdateStatusAsync(string accessKeyId, string status, CancellationToken stop) =>
        database.WriteAsync(
            async (session, token) =>
            {
                // Read first: a tampered row must not get a good HMAC by being written again.
                var row = await FindAsync(session, accessKeyId, token);
                return row is not null
                    && await session.ExecuteAsync(
                        """
                        UPDATE access_keys
                        SET revision = @revision, owner = @owner, sealed_secret = @sealed_secret, status = @status,
                            created_at = @created_at, mac_key_id = @mac_key_id, mac = @mac
                        WHERE access_key_id = @access_key_id AND revision = @revision - 1
                        """,
                        Write(row with { Status = status, Revision = row.Revision + 1 }),
                        token
                    ) == 1;
            },
            stop
        );

    /// <summary>False when there is no such access key. A tampered one can be deleted.</summary>
    public ValueTask<bool> DeleteAsync(string accessKeyId, CancellationToken stop) =>
        database.WriteAsync(
            async (session, token) =>
                await session.ExecuteAsync(
                    "DELETE FROM access_keys WHERE access_key_id = @access_key_id",
                    [new("@access_key_id", accessKeyId)],
                    token
                ) == 1,
            stop
        );

    private ValueTask<AccessKeyRow?> FindAsync(Session session, string accessKeyId, CancellationToken stop) =>
        session.FindAsync(
            $"SELECT {Columns} FROM access_keys WHERE access_key_id = @access_key_id",
            [new("@access_key_id", accessKeyId)],
            Read,
            stop
        );

    private AccessKeyRow Read(DbDataReader reader)
    {
        var row = new RowReader(reader, 0, Table, authenticator);
        var id = row.Text();
        var revision = row.Integer();
        var owner = row.Text();
        var sealedSecret = row.Blob();
        var status = row.Text();
        var createdAt = row.Integer();
        row.Check(id);
        return new(id, owner, sealedSecret, status, DateTimeOffset.FromUnixTimeMilliseconds(createdAt), revision);
    }

    private SqlValue[] Write(AccessKeyRow key)
    {
        var row = new RowWriter(Table, authenticator);
        row.Text("@access_key_id", key.AccessKeyId);
        row.Integer("@revision", key.Revision);
        row.Text("@owner", key.Owner);
        row.Blob("@sealed_secret", key.SealedSecret);
        row.Text("@status", key.Status);
        row.Integer("@created_at", key.CreatedAt.ToUnixTimeMilliseconds());
        return row.Finish();
    }
}
