using Keyhold.Storage.Rows;

namespace Keyhold.Storage.Resealing;

/// <summary>
/// Moves rows to the newest key: the secret that a row holds is sealed anew, and its HMAC made anew, in one transaction
/// with the reading. A row's revision and content stay, so nobody who works with it notices. A row that fails its HMAC
/// is left as it is and named: it must not get a good one.
/// </summary>
public sealed class ResealStore(Database database, IRowResealer resealer)
{
    /// <summary>How many rows are not yet under the newest key, damaged ones among them.</summary>
    public ValueTask<long> CountDueAsync(CancellationToken stop) =>
        database.ReadAsync(
            async (session, token) =>
            {
                long due = 0;
                foreach (var table in ResealedTable.All)
                {
                    due += await session.CountAsync(table.CountDue, Selection(table), token);
                }

                return due;
            },
            stop
        );

    /// <summary>Moves at most so many rows of one table, from a place on.</summary>
    public ValueTask<ResealStep> MoveAsync(ResealPlace place, int limit, CancellationToken stop) =>
        database.WriteAsync((session, token) => MoveAsync(session, place, limit, token), stop);

    private async ValueTask<ResealStep> MoveAsync(Session session, ResealPlace place, int limit, CancellationToken stop)
    {
        var table = ResealedTable.All[place.Table];
        SqlValue[] values = [.. Selection(table), new("@after", place.AfterRow), new("@limit", (long)limit)];
        var due = await session.ListAsync(table.ListDue, values, reader => DueRow.Read(reader, table), stop);
        var moved = 0;
        var leftBehind = new List<string>();
        foreach (var row in due)
        {
            if (TryMove(table, row) is not { } change)
            {
                leftBehind.Add($"{row.Id} of table {table.Name}");
            }
            else
            {
                moved += await session.ExecuteAsync(table.Update, change, stop);
            }
        }

        return new ResealStep(moved, NextOf(place, due, limit), leftBehind);
    }

    private SqlValue[]? TryMove(ResealedTable table, DueRow row)
    {
        if (!row.IsGenuine(resealer))
        {
            return null;
        }

        byte[]? resealed = null;
        if (table.HoldsSecrets)
        {
            var sealedSecret = row.SealedSecret;
            resealed = resealer.Reseal(table.Name, row.Id, sealedSecret) ?? sealedSecret;
        }

        var keyId = resealer.CurrentKeyId;
        var mac = new byte[RowReader.MacSize];
        resealer.Authenticate(keyId, row.CanonicalWith(resealed, keyId), mac);
        SqlValue[] always =
        [
            new("@key", (long)keyId),
            new("@mac", mac),
            new("@rowid", row.RowId),
            new("@mac_before", row.Mac),
        ];
        return table.HoldsSecrets ? [new("@sealed", resealed), .. always] : always;
    }

    private static ResealPlace? NextOf(ResealPlace place, List<DueRow> due, int limit) =>
        due.Count == limit ? place with { AfterRow = due[^1].RowId }
        : place.Table + 1 < ResealedTable.All.Count ? new ResealPlace(place.Table + 1, long.MinValue)
        : null;

    private SqlValue[] Selection(ResealedTable table) =>
        table.HoldsSecrets
            ? [new("@key", (long)resealer.CurrentKeyId), new("@header", resealer.CurrentHeader.ToArray())]
            : [new("@key", (long)resealer.CurrentKeyId)];
}
