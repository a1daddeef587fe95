namespace Keyhold.Storage.Audit;

/// <summary>
/// The last checkpoint of each chain. No HMAC: the line carries the audit key's signature, which whoever verifies a trail
/// can check without the key ring.
/// </summary>
public sealed class AuditCheckpointStore(Database database)
{
    public ValueTask<AuditCheckpointRow?> FindAsync(string node, CancellationToken stop) =>
        database.ReadAsync(
            (session, token) =>
                session.FindAsync(
                    "SELECT node, sequence, line FROM audit_checkpoints WHERE node = @node",
                    [new("@node", node)],
                    reader => new AuditCheckpointRow(
                        reader.GetString(0),
                        reader.GetInt64(1),
                        reader.GetFieldValue<byte[]>(2)
                    ),
                    token
                ),
            stop
        );

    /// <summary>The node's checkpoint and the public key in its key's row, whose HMAC nobody checks before the ring is open.</summary>
    public async ValueTask<AuditAnchor> FindAnchorAsync(string node, CancellationToken stop)
    {
        var key = await database.ReadAsync(
            (session, token) =>
                session.FindAsync(
                    "SELECT public_key, revision FROM audit_keys WHERE node = @node",
                    [new("@node", node)],
                    reader => new AuditAnchor(
                        reader.GetFieldValue<byte[]>(0),
                        Checkpoint: null,
                        reader.GetInt64(1) >= AuditKeyRow.SignedRevision
                    ),
                    token
                ),
            stop
        );
        var checkpoint = await FindAsync(node, stop);
        return key is null ? new AuditAnchor(PublicKey: null, checkpoint) : key with { Checkpoint = checkpoint };
    }

    /// <summary>Keeps the later one of what is there and <paramref name="row"/>.</summary>
    public async ValueTask SaveAsync(AuditCheckpointRow row, CancellationToken stop) =>
        await database.WriteAsync(
            (session, token) =>
                session.ExecuteAsync(
                    """
                    INSERT INTO audit_checkpoints (node, sequence, line) VALUES (@node, @sequence, @line)
                    ON CONFLICT (node) DO UPDATE SET sequence = excluded.sequence, line = excluded.line
                    WHERE excluded.sequence > audit_checkpoints.sequence
                    """,
                    [new("@node", row.Node), new("@sequence", row.Sequence), new("@line", row.Line)],
                    token
                ),
            stop
        );
}
