using System.Data.Common;
using Keyhold.Storage.Rows;

namespace Keyhold.Storage.Audit;

/// <summary>Audit keys, each row under its HMAC: every read may throw <see cref="RowTamperedException"/>.</summary>
public sealed class AuditKeyStore(Database database, IRowAuthenticator authenticator)
{
    private const string Table = "audit_keys";

    private const string Find = """
        SELECT node, revision, public_key, sealed_private_key, created_at, mac_key_id, mac
        FROM audit_keys WHERE node = @node
        """;

    public ValueTask<AuditKeyRow?> FindAsync(string node, CancellationToken stop) =>
        database.ReadAsync((session, token) => session.FindAsync(Find, [new("@node", node)], Read, token), stop);

    /// <summary>False when the node has a key already; nothing is changed then.</summary>
    public ValueTask<bool> AddAsync(AuditKeyRow row, CancellationToken stop) =>
        database.WriteAsync(
            async (session, token) =>
                await session.ExecuteAsync(
                    """
                    INSERT INTO audit_keys (node, revision, public_key, sealed_private_key, created_at, mac_key_id, mac)
                    VALUES (@node, @revision, @public_key, @sealed_private_key, @created_at, @mac_key_id, @mac)
                    ON CONFLICT (node) DO NOTHING
                    """,
                    Write(row),
                    token
                ) == 1,
            stop
        );

    /// <summary>
    /// Notes under the row's HMAC that the key's first checkpoint is kept, unless that is noted already: from then on a
    /// missing checkpoint was taken away.
    /// </summary>
    public async ValueTask NoteFirstCheckpointAsync(string node, CancellationToken stop) =>
        await database.WriteAsync(
            async (session, token) =>
            {
                // Read first: a tampered row must not get a good HMAC by being written again.
                var row = await session.FindAsync(Find, [new("@node", node)], Read, token);
                return row is { HasSigned: false }
                    ? await session.ExecuteAsync(
                        """
                        UPDATE audit_keys SET revision = @revision, mac_key_id = @mac_key_id, mac = @mac WHERE node = @node
                        """,
                        Write(row with { Revision = AuditKeyRow.SignedRevision }),
                        token
                    )
                    : 0;
            },
            stop
        );

    private AuditKeyRow Read(DbDataReader reader)
    {
        var row = new RowReader(reader, 0, Table, authenticator);
        var node = row.Text();
        var revision = row.Integer();
        var publicKey = row.Blob();
        var sealedPrivateKey = row.Blob();
        var createdAt = row.Integer();
        row.Check(node);
        return new(node, publicKey, sealedPrivateKey, DateTimeOffset.FromUnixTimeMilliseconds(createdAt), revision);
    }

    private SqlValue[] Write(AuditKeyRow key)
    {
        var row = new RowWriter(Table, authenticator);
        row.Text("@node", key.Node);
        row.Integer("@revision", key.Revision);
        row.Blob("@public_key", key.PublicKey);
        row.Blob("@sealed_private_key", key.SealedPrivateKey);
        row.Integer("@created_at", key.CreatedAt.ToUnixTimeMilliseconds());
        return row.Finish();
    }
}
