using System.Data.Common;
using System.Text.RegularExpressions;
using Keyhold.Storage.Resealing;

namespace Keyhold.Storage.Transfer;

/// <summary>
/// Reads and writes rows as they are stored, without knowing what they mean: sealed bytes stay sealed, HMACs stay as they
/// are. For whole installations on their way to another place; operations use the stores.
/// </summary>
public static partial class StoredRows
{
    /// <summary>The schema version that the database says it has.</summary>
    public static async ValueTask<int> SchemaVersionAsync(Session session, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(session);
        return (int)await session.CountAsync("SELECT version FROM keyhold_schema", [], stop);
    }

    public static ValueTask<long> CountAsync(Session session, StoredTable table, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(table);
        return session.CountAsync(table.Count, [], stop);
    }

    /// <summary>At most so many rows by their key, those after a row or the first ones.</summary>
    public static async ValueTask<IReadOnlyList<StoredRow>> ReadPageAsync(
        Session session,
        StoredTable table,
        StoredRow? after,
        int limit,
        CancellationToken stop
    )
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(table);
        var width = table.Columns.Count;
        var most = new SqlValue("@limit", (long)limit);
        return after is null
            ? await session.ListAsync(table.ListFirst, [most], reader => Read(reader, width), stop)
            : await session.ListAsync(
                table.ListAfter,
                [.. KeyOf(table, after), most],
                reader => Read(reader, width),
                stop
            );
    }

    /// <summary>A row of a table as the program knows it; one with the same key is an error of the database.</summary>
    public static async ValueTask InsertAsync(Session session, StoredTable table, StoredRow row, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(row);
        await session.ExecuteAsync(table.Insert, Parameters(table.Columns, row), stop);
    }

    /// <summary>A row of a table as it was when it was read, which may have been long ago: with the columns it had then.</summary>
    public static async ValueTask InsertAsync(
        Session session,
        string table,
        IReadOnlyList<string> columns,
        StoredRow row,
        CancellationToken stop
    )
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(row);
        if (!columns.Append(table).All(IsName))
        {
            throw new ArgumentException("A table or column has a name that no migration gives.", nameof(table));
        }

        await session.ExecuteAsync(StoredTable.InsertInto(table, columns), Parameters(columns, row), stop);
    }

    public static async ValueTask DeleteAllAsync(Session session, StoredTable table, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(table);
        await session.ExecuteAsync(table.DeleteAll, [], stop);
    }

    /// <summary>Whether the row fits its HMAC; a row of a table without any does.</summary>
    public static bool IsGenuine(StoredTable table, StoredRow row, IRowAuthenticator authenticator)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(row);
        return table.UnderHmac is not { } under
            || DueRow.Of(under, row.Values) is { } known && known.IsGenuine(authenticator);
    }

    private static IEnumerable<SqlValue> KeyOf(StoredTable table, StoredRow row) =>
        table.Key.Select((column, place) => new SqlValue("@" + column, row.Values[place]));

    private static SqlValue[] Parameters(IReadOnlyList<string> columns, StoredRow row) =>
        [.. columns.Select((column, place) => new SqlValue("@" + column, row.Values[place]))];

    private static StoredRow Read(DbDataReader reader, int width)
    {
        var values = new object?[width];
        for (var place = 0; place < width; place++)
        {
            values[place] = reader.IsDBNull(place) ? null : reader.GetValue(place);
        }

        return new StoredRow(values);
    }

    private static bool IsName(string name) => Name().IsMatch(name);

    [GeneratedRegex("^[a-z][a-z0-9_]{0,62}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();
}
