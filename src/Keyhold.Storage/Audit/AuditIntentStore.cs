using System.Data.Common;
using Keyhold.Storage.Rows;

namespace Keyhold.Storage.Audit;

/// <summary>Changes whose event is not in the trail yet, each row under its HMAC. A tampered row is told of, not hidden.</summary>
public sealed class AuditIntentStore(Database database, IRowAuthenticator authenticator)
{
    private const string Table = "audit_intents";

    /// <summary>Whose the rows without a node are.</summary>
    private const string FirstNode = "node-1";

    /// <summary>So many go with one statement: a hundred of them, one by one, take long over a slow network.</summary>
    private const int DeleteSize = 16;

    private static readonly string Delete =
        "DELETE FROM audit_intents WHERE request_id IN ("
        + string.Join(", ", Enumerable.Range(0, DeleteSize).Select(place => $"@p{place}"))
        + ")";

    /// <summary>All of a node's, oldest first.</summary>
    public ValueTask<IReadOnlyList<AuditIntentRow>> ListAsync(string node, CancellationToken stop) =>
        database.ReadAsync<IReadOnlyList<AuditIntentRow>>(
            async (session, token) =>
                await session.ListAsync(
                    """
                    SELECT request_id, revision, begun_at, event, node, mac_key_id, mac
                    FROM audit_intents WHERE coalesce(node, 'node-1') = @node ORDER BY begun_at, request_id
                    """,
                    [new("@node", node)],
                    Read,
                    token
                ),
            stop
        );

    /// <summary>Removes those whose event is written. An id that is not there is passed over.</summary>
    public async ValueTask DeleteAsync(IReadOnlyCollection<string> requestIds, CancellationToken stop) =>
        await database.WriteAsync(
            async (session, token) =>
            {
                foreach (var batch in requestIds.Chunk(DeleteSize))
                {
                    await session.ExecuteAsync(Delete, IdsOf(batch), token);
                }

                return requestIds.Count;
            },
            stop
        );

    /// <summary>Always as many, so that there is one statement to prepare: the last id stands there again.</summary>
    private static SqlValue[] IdsOf(string[] batch) =>
        [
            .. Enumerable
                .Range(0, DeleteSize)
                .Select(place => new SqlValue($"@p{place}", batch[Math.Min(place, batch.Length - 1)])),
        ];

    /// <summary>Adds an intent inside the transaction of its change; the second transaction of a request finds it there.</summary>
    internal static ValueTask<int> AddAsync(Session session, SqlValue[] row, CancellationToken stop) =>
        session.ExecuteAsync(
            """
            INSERT INTO audit_intents (request_id, revision, begun_at, event, node, mac_key_id, mac)
            VALUES (@request_id, @revision, @begun_at, @event, @node, @mac_key_id, @mac)
            ON CONFLICT (request_id) DO NOTHING
            """,
            row,
            stop
        );

    internal static SqlValue[] Write(AuditIntentRow intent, IRowAuthenticator authenticator)
    {
        var row = new RowWriter(Table, authenticator);
        row.Text("@request_id", intent.RequestId);
        row.Integer("@revision", 1);
        row.Integer("@begun_at", intent.BegunAt.ToUnixTimeMilliseconds());
        row.Blob("@event", intent.Event);
        row.AddedText("node", intent.Node is FirstNode ? null : intent.Node);
        return row.Finish();
    }

    private AuditIntentRow Read(DbDataReader reader)
    {
        var row = new RowReader(reader, 0, Table, authenticator);
        var id = row.Text();
        row.Integer();
        var begunAt = row.Integer();
        var intended = row.Blob();
        var node = row.AddedText("node") ?? FirstNode;
        try
        {
            row.Check(id);
        }
        catch (RowTamperedException)
        {
            return new AuditIntentRow(id, node, DateTimeOffset.UnixEpoch, [], IsTampered: true);
        }

        return new AuditIntentRow(id, node, DateTimeOffset.FromUnixTimeMilliseconds(begunAt), intended);
    }
}
