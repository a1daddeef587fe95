using Keyhold.Crypto.Sealing;
using Keyhold.Server.Hosting;
using Keyhold.Storage;
using Keyhold.Storage.Transfer;

namespace Keyhold.Server.Backups;

/// <summary>
/// Puts a backup's rows into an empty database, as one transaction: all of them, or none when the file turns out to be
/// damaged or the program is killed.
/// </summary>
internal sealed class BackupPouring(BackupFile file, KeyRing ring)
{
    /// <summary>Everything is read back and compared with the file before the commit.</summary>
    public async ValueTask PourAsync(
        Database database,
        string place,
        Action<long, long> progress,
        CancellationToken stop
    ) =>
        _ = await database.WriteWholeAsync(
            async (session, token) =>
            {
                await WriteAsync(session, done => progress(done, 2 * file.Header.Rows), token);
                await CompareAsync(
                    session,
                    place,
                    done => progress(file.Header.Rows + done, 2 * file.Header.Rows),
                    token
                );
                return true;
            },
            stop
        );

    /// <summary>Takes everything out again: of a restore that was poured and then could not be put on record.</summary>
    public static async ValueTask EmptyAsync(Database database, CancellationToken stop) =>
        _ = await database.WriteWholeAsync(
            async (session, token) =>
            {
                foreach (var table in StoredTable.All.Reverse())
                {
                    await StoredRows.DeleteAllAsync(session, table, token);
                }

                return true;
            },
            stop
        );

    private async ValueTask WriteAsync(Session session, Action<long> progress, CancellationToken stop)
    {
        using var content = file.ReadContent(ring);
        while (content.Next() is { } row)
        {
            stop.ThrowIfCancellationRequested();
            await StoredRows.InsertAsync(session, content.Table, content.Columns, row, stop);
            progress(content.Rows);
        }
    }

    private async ValueTask CompareAsync(Session session, string place, Action<long> progress, CancellationToken stop)
    {
        using var content = file.ReadContent(ring);
        StoredRowReader? stored = null;
        while (content.Next() is { } row)
        {
            if (stored is null || !string.Equals(stored.Table.Name, content.Table, StringComparison.Ordinal))
            {
                stored = new StoredRowReader(session, TableOf(content.Table));
            }

            var found = await stored.NextAsync(stop);
            if (found is null || !stored.Table.Only(content.Columns, found).IsSameAs(row))
            {
                throw new StartException(
                    $"{place} does not give back what was written to it: row {row.IdIn(stored.Table)} of table "
                        + $"{content.Table} differs. Nothing of it was kept.",
                    "Check its disk and its memory, and restore into another place."
                );
            }

            progress(content.Rows);
        }
    }

    /// <summary><see cref="StartException"/> when the database holds anything.</summary>
    public static async ValueTask RequireEmptyAsync(Database database, string place, CancellationToken stop)
    {
        var full = await database.ReadWholeAsync(FindRowsAsync, stop);
        if (full is not null)
        {
            throw new StartException(
                $"{place} is not empty: its table {full} has rows. A backup is restored into an empty place alone, so that nothing "
                    + "is overwritten or mixed.",
                "Name another place, or move away what is there."
            );
        }
    }

    private static StoredTable TableOf(string name) =>
        StoredTable.All.First(table => string.Equals(table.Name, name, StringComparison.Ordinal));

    private static async ValueTask<string?> FindRowsAsync(Session session, CancellationToken stop)
    {
        foreach (var table in StoredTable.All)
        {
            if (await StoredRows.CountAsync(session, table, stop) > 0)
            {
                return table.Name;
            }
        }

        return null;
    }
}
