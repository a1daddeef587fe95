namespace Keyhold.Storage;

/// <summary>A stored row is not what Keyhold wrote: it was changed, moved or taken away outside Keyhold.</summary>
public sealed class RowTamperedException : Exception
{
    public RowTamperedException(string table, string id)
        : this(table, id, "its content does not fit its HMAC") { }

    public RowTamperedException(string table, string id, string finding)
        : base(
            $"Row {id} of table {table} is not what Keyhold wrote: {finding}. It was changed outside Keyhold, or is "
                + "read with another key ring than it was written with. Nothing was done with it; restore it from a backup."
        )
    {
        Table = table;
        Id = id;
    }

    /// <summary>The ring key that the row names and that is not there: another node may have made it just now. Else null.</summary>
    public int? MissingKeyId { get; init; }

    public string Table { get; }

    public string Id { get; }
}
