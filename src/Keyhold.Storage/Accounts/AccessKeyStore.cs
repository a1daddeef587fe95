using System.Data.Common;
using Keyhold.Storage.Audit;
using Keyhold.Storage.Rows;

namespace Keyhold.Storage.Accounts;

/// <summary>Access keys, each row under its HMAC: every read may throw <see cref="RowTamperedException"/>.</summary>
public sealed class AccessKeyStore(Database database, IRowAuthenticator authenticator)
{
    private const string Table = "access_keys";

    private const string Columns = "access_key_id, revision, owner, sealed_secret, status, created_at, mac_key_id, mac";

    private const string Insert = $"""
        INSERT INTO access_keys ({Columns})
        VALUES (@access_key_id, @revision, @owner, @sealed_secret, @status, @created_at, @mac_key_id, @mac)
        ON CONFLICT (access_key_id) DO NOTHING
        """;

    /// <summary>Whether other nodes may change what was read, so that it is to be read for each use.</summary>
    public bool IsShared => database.IsShared;

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
    public ValueTask<bool> AddAsync(AccessKeyRow row, CancellationToken stop)
    {
        AuditIntent.Make(AuditMade.AccessKey, row.AccessKeyId);
        return database.WriteAsync(
            async (session, token) => await session.ExecuteAsync(Insert, Write(row), token) == 1,
            stop
        );
    }

    /// <summary>The access keys of one owner, oldest first.</summary>
    public ValueTask<IReadOnlyList<AccessKeyRow>> ListAsync(string owner, CancellationToken stop) =>
        database.ReadOneAsync<IReadOnlyList<AccessKeyRow>>(
            async (session, token) => await ListAsync(session, owner, token),
            stop
        );

    /// <summary>
    /// Adds a key to a user, in one transaction with what must hold: the user exists, else nothing is changed and the
    /// answer is false, and <paramref name="judge"/>, which sees the user's keys so far, does not throw.
    /// </summary>
    public ValueTask<bool> AddToUserAsync(
        AccessKeyRow row,
        string userName,
        Action<IReadOnlyList<AccessKeyRow>> judge,
        CancellationToken stop
    )
    {
        AuditIntent.Make(AuditMade.AccessKey, row.AccessKeyId);
        return database.WriteAsync(
            async (session, token) =>
            {
                var user = await session.FindAsync(
                    UserTable.Find,
                    [new("@user_name", userName)],
                    reader => UserTable.Read(reader, authenticator),
                    token
                );
                if (user is null)
                {
                    return false;
                }

                judge(await ListAsync(session, row.Owner, token));
                return await session.ExecuteAsync(Insert, Write(row), token) == 1;
            },
            stop
        );
    }

    /// <summary>
    /// False when there is no such access key. <paramref name="judge"/> sees all keys of the same owner as they would be
    /// and throws when that must not be.
    /// </summary>
    public ValueTask<bool> UpdateStatusAsync(
        string accessKeyId,
        string status,
        Action<IReadOnlyList<AccessKeyRow>> judge,
        CancellationToken stop
    ) =>
        database.WriteAsync(
            async (session, token) =>
            {
                // Read first: a tampered row must not get a good HMAC by being written again.
                var row = await FindAsync(session, accessKeyId, token);
                if (row is null)
                {
                    return false;
                }

                var all = await ListAsync(session, row.Owner, token);
                judge([
                    .. all.Select(key =>
                        string.Equals(key.AccessKeyId, accessKeyId, StringComparison.Ordinal)
                            ? key with
                            {
                                Status = status,
                            }
                            : key
                    ),
                ]);
                return await UpdateStatusAsync(session, row, status, token);
            },
            stop
        );

    /// <summary>False when there is no such access key.</summary>
    public ValueTask<bool> UpdateStatusAsync(string accessKeyId, string status, CancellationToken stop) =>
        UpdateStatusAsync(accessKeyId, status, static _ => { }, stop);

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

    internal static ValueTask<long> CountAsync(Session session, string owner, CancellationToken stop) =>
        session.CountAsync("SELECT COUNT(*) FROM access_keys WHERE owner = @owner", [new("@owner", owner)], stop);

    private async ValueTask<bool> UpdateStatusAsync(
        Session session,
        AccessKeyRow row,
        string status,
        CancellationToken stop
    ) =>
        await session.ExecuteAsync(
            """
            UPDATE access_keys
            SET revision = @revision, owner = @owner, sealed_secret = @sealed_secret, status = @status,
                created_at = @created_at, mac_key_id = @mac_key_id, mac = @mac
            WHERE access_key_id = @access_key_id AND revision = @revision - 1
            """,
            Write(row with { Status = status, Revision = row.Revision + 1 }),
            stop
        ) == 1;

    private ValueTask<List<AccessKeyRow>> ListAsync(Session session, string owner, CancellationToken stop) =>
        session.ListAsync(
            $"SELECT {Columns} FROM access_keys WHERE owner = @owner ORDER BY created_at, access_key_id",
            [new("@owner", owner)],
            Read,
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
