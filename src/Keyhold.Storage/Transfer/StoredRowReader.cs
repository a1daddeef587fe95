namespace Keyhold.Storage.Transfer;

/// <summary>Goes through a table by its key, some rows in memory at a time.</summary>
public sealed class StoredRowReader(Session session, StoredTable table)
{
    private const int RowsAtOnce = 64;

    private IReadOnlyList<StoredRow> page = [];
    private int next;
    private bool isLastPage;

    public StoredTable Table => table;

    /// <summary>The next row; null at the end.</summary>
    public async ValueTask<StoredRow?> NextAsync(CancellationToken stop)
    {
        if (next == page.Count)
        {
            if (isLastPage)
            {
                return null;
            }

            stop.ThrowIfCancellationRequested();
            page = await StoredRows.ReadPageAsync(session, table, page.Count > 0 ? page[^1] : null, RowsAtOnce, stop);
            isLastPage = page.Count < RowsAtOnce;
            next = 0;
            if (page.Count == 0)
            {
                return null;
            }
        }

        return page[next++];
    }
}
