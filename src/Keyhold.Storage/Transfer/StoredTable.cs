using Keyhold.Storage.Resealing;

namespace Keyhold.Storage.Transfer;

/// <summary>
/// A table as it leaves one database and enters another: its columns and what its rows are told apart by. All tables that
/// hold something of an installation are in <see cref="All"/>; a test compares with the schema of both databases.
/// </summary>
public sealed record StoredTable
{
    /// <summary>Their rows are told apart by the row that they belong to and one column more.</summary>
    private static readonly string[] OfSeveral = ["certificate_uploads", "expiry_notices"];

    /// <summary>
    /// Rows refer to those of earlier tables alone. What makes a database a prepared one comes last: while its rows still
    /// arrive, no server takes it for an installation.
    /// </summary>
    public static readonly IReadOnlyList<StoredTable> All =
    [
        .. ResealedTable.All.Select(Of).OrderBy(table => table.Key.Count),
        new("audit_checkpoints", ["node", "sequence", "line"], keyColumns: 1),
        new("key_rotation", ["singleton"], keyColumns: 1),
        new("root_keys", ["root_key_id", "provider", "parameters"], keyColumns: 1),
        new("installation", ["singleton", "account_id"], keyColumns: 1),
        new("key_ring", ["id", "sealed_key", "root_key_id", "created_at"], keyColumns: 1),
    ];

    /// <summary>
    /// What a database says of itself, and requests that were accepted in the last minutes: they are forgotten soon, and by a
    /// restart of PostgreSQL as well.
    /// </summary>
    internal static readonly IReadOnlyList<string> NotMoved = ["keyhold_schema", "schemaversions", "replayed_requests"];

    private StoredTable(string name, IReadOnlyList<string> columns, int keyColumns)
    {
        Name = name;
        Columns = columns;
        Key = [.. columns.Take(keyColumns)];
        var key = string.Join(", ", Key);
        var list = $"SELECT {string.Join(", ", columns)} FROM {name}";
        var order = $"ORDER BY {key} LIMIT @limit";
        Count = $"SELECT COUNT(*) FROM {name}";
        ListFirst = $"{list} {order}";
        ListAfter = $"{list} WHERE ({key}) > ({string.Join(", ", Key.Select(column => "@" + column))}) {order}";
        Insert = InsertInto(name, columns);
        DeleteAll = $"DELETE FROM {name}";
    }

    public string Name { get; }

    /// <summary>In the order of a <see cref="StoredRow"/>'s values.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The first columns, by which rows are sorted: by bytes, in every kind of database.</summary>
    public IReadOnlyList<string> Key { get; }

    /// <summary>Whether each row is under an HMAC.</summary>
    public bool HasHmac => UnderHmac is not null;

    internal ResealedTable? UnderHmac { get; private init; }

    internal string Count { get; }

    internal string ListFirst { get; }

    internal string ListAfter { get; }

    internal string Insert { get; }

    internal string DeleteAll { get; }

    /// <summary>A row of this table with some of its columns.</summary>
    public StoredRow Only(IReadOnlyList<string> columns, StoredRow row)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(row);
        return Columns.SequenceEqual(columns, StringComparer.Ordinal)
            ? row
            : new StoredRow([.. columns.Select(column => row.Values[PlaceOf(column)])]);
    }

    private int PlaceOf(string column) =>
        Columns.ToList().IndexOf(column) is var place and >= 0
            ? place
            : throw new ArgumentException($"Table {Name} has no column {column}.", nameof(column));

    internal static string InsertInto(string table, IReadOnlyList<string> columns) =>
        $"""
            INSERT INTO {table} ({string.Join(", ", columns)})
            VALUES ({string.Join(", ", columns.Select(column => "@" + column))})
            """;

    private static StoredTable Of(ResealedTable table) =>
        new(
            table.Name,
            [.. table.Columns, "mac_key_id", "mac"],
            OfSeveral.Contains(table.Name, StringComparer.Ordinal) ? 2 : 1
        )
        {
            UnderHmac = table,
        };
}
