using Keyhold.Server.Hosting;
using Keyhold.Storage;
using Keyhold.Storage.Transfer;

namespace Keyhold.Server.Backups;

/// <summary>
/// Copies all rows from one database to another. They go as they are; each is checked against its HMAC, read back and
/// compared. A copy that was killed goes on: what is in the target must be the beginning of what is in the source, row by row.
/// What makes a database a prepared one goes last, in one transaction, so no server takes half of one for a whole.
/// </summary>
internal sealed class RowCopy(
    Database source,
    Database target,
    IRowAuthenticator authenticator,
    Action<long, long> progress
)
{
    /// <summary>From here on in <see cref="StoredTable.All"/> a database is a prepared one.</summary>
    private const string FirstOfLast = "root_keys";

    /// <summary>In one transaction: it must end within a request's time.</summary>
    private const int RowsAtOnce = 64;

    private long done;
    private long total;

    /// <summary>How many rows an earlier copy had brought.</summary>
    public long Found { get; private set; }

    /// <summary>How many rows each table has; all of them are in the target then.</summary>
    public async Task<IReadOnlyList<(string Table, long Rows)>> CopyAsync(CancellationToken stop) =>
        await source.ReadWholeAsync<IReadOnlyList<(string, long)>>(
            async (session, token) =>
            {
                await RequireSameSchemaAsync(session, token);
                var counts = new List<(string Table, long Rows)>();
                foreach (var table in StoredTable.All)
                {
                    counts.Add((table.Name, await StoredRows.CountAsync(session, table, token)));
                }

                total = counts.Sum(each => each.Rows);
                foreach (var table in StoredTable.All.TakeWhile(table => table.Name is not FirstOfLast))
                {
                    await CopyAsync(session, table, token);
                }

                await CopyLastAsync(session, token);
                return counts;
            },
            stop
        );

    private async Task CopyAsync(Session from, StoredTable table, CancellationToken stop)
    {
        var rows = new StoredRowReader(from, table);
        var last = await SkipCopiedAsync(rows, table, stop);
        while (await NextPageAsync(rows, stop) is { Count: > 0 } page)
        {
            if (page.FirstOrDefault(row => !StoredRows.IsGenuine(table, row, authenticator)) is { } tampered)
            {
                throw new StartException(
                    $"Row {tampered.IdIn(table)} of table {table.Name} in the {source.Place} does not fit its HMAC: it was changed "
                        + "outside Keyhold. The copy stopped before it.",
                    "Restore the row from a backup or delete what it belongs to, then run the copy again: it goes on."
                );
            }

            await target.WriteAsync(
                async (session, token) =>
                {
                    foreach (var row in page)
                    {
                        await StoredRows.InsertAsync(session, table, row, token);
                    }

                    return page.Count;
                },
                stop
            );
            await RequireWrittenAsync(table, last, page, stop);
            last = page[^1];
            done += page.Count;
            progress(done, total);
        }
    }

    /// <summary>What the target has of the table must be its beginning; the last row that is there.</summary>
    private async Task<StoredRow?> SkipCopiedAsync(StoredRowReader rows, StoredTable table, CancellationToken stop) =>
        await target.ReadWholeAsync(
            async (session, token) =>
            {
                var there = new StoredRowReader(session, table);
                StoredRow? last = null;
                while (await there.NextAsync(token) is { } copied)
                {
                    if (await rows.NextAsync(stop) is not { } row || !row.IsSameAs(copied))
                    {
                        throw NotTheSame(table, copied);
                    }

                    last = copied;
                    done++;
                    Found++;
                    progress(done, total);
                }

                return last;
            },
            stop
        );

    private static async Task<List<StoredRow>> NextPageAsync(StoredRowReader rows, CancellationToken stop)
    {
        var page = new List<StoredRow>(RowsAtOnce);
        while (page.Count < RowsAtOnce && await rows.NextAsync(stop) is { } row)
        {
            page.Add(row);
        }

        return page;
    }

    private async Task RequireWrittenAsync(
        StoredTable table,
        StoredRow? after,
        List<StoredRow> page,
        CancellationToken stop
    )
    {
        var written = await target.ReadAsync(
            (session, token) => StoredRows.ReadPageAsync(session, table, after, page.Count, token),
            stop
        );
        foreach (var (row, index) in page.Select((row, index) => (row, index)))
        {
            if (index >= written.Count || !written[index].IsSameAs(row))
            {
                throw NotTheSame(table, row);
            }
        }
    }

    /// <summary>All or nothing, and nothing else to do when an earlier copy came to its end.</summary>
    private async Task CopyLastAsync(Session from, CancellationToken stop)
    {
        var tables = StoredTable.All.SkipWhile(table => table.Name is not FirstOfLast).ToList();
        var rows = new List<(StoredTable Table, StoredRow Row)>();
        foreach (var table in tables)
        {
            var reader = new StoredRowReader(from, table);
            while (await reader.NextAsync(stop) is { } row)
            {
                rows.Add((table, row));
            }
        }

        await target.WriteAsync(
            async (session, token) =>
            {
                foreach (var table in tables)
                {
                    if (await StoredRows.CountAsync(session, table, token) > 0)
                    {
                        // A whole copy, or something else: the comparison tells.
                        return false;
                    }
                }

                foreach (var (table, row) in rows)
                {
                    await StoredRows.InsertAsync(session, table, row, token);
                }

                return true;
            },
            stop
        );
        done += rows.Count;
        progress(done, total);
    }

    /// <summary>Both databases as they are now, row by row.</summary>
    public async Task CompareAsync(CancellationToken stop) =>
        _ = await source.ReadWholeAsync(
            (one, _) =>
                target.ReadWholeAsync(
                    async (other, token) =>
                    {
                        foreach (var table in StoredTable.All)
                        {
                            await CompareAsync(
                                new StoredRowReader(one, table),
                                new StoredRowReader(other, table),
                                token
                            );
                        }

                        return true;
                    },
                    stop
                ),
            stop
        );

    private async Task CompareAsync(StoredRowReader one, StoredRowReader other, CancellationToken stop)
    {
        while (true)
        {
            var row = await one.NextAsync(stop);
            var copied = await other.NextAsync(stop);
            if (row is null && copied is null)
            {
                return;
            }

            if (row is null || copied is null || !row.IsSameAs(copied))
            {
                throw NotTheSame(one.Table, row ?? copied!);
            }
        }
    }

    private StartException NotTheSame(StoredTable table, StoredRow row) =>
        new(
            $"The {target.Place} is not a copy of the {source.Place}: row {row.IdIn(table)} of table {table.Name} differs or is "
                + "not in both. It was not empty, or something changed one of the two while they were copied.",
            "Stop every server on both, empty the target, and copy again."
        );

    private async Task RequireSameSchemaAsync(Session from, CancellationToken stop)
    {
        var one = await StoredRows.SchemaVersionAsync(from, stop);
        var other = await target.ReadAsync((session, token) => StoredRows.SchemaVersionAsync(session, token), stop);
        if (one != Schema.Version || other != Schema.Version)
        {
            throw new StartException(
                $"The source has schema version {one} and the target {other}; this program copies version {Schema.Version} alone.",
                "Bring both there with keyhold database migrate, after a backup."
            );
        }
    }
}
