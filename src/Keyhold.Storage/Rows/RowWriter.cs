using System.Data;

namespace Keyhold.Storage.Rows;

/// <summary>
/// Gathers a row's columns as parameters and puts their HMAC beside them. The order of the calls is the canonical
/// order: <see cref="RowReader"/> must read the same columns in the same order.
/// </summary>
internal sealed class RowWriter(string table, IRowAuthenticator authenticator)
{
    private readonly CanonicalRow canonical = new(table);
    private readonly List<SqlValue> values = new(capacity: 24);

    public void Text(string parameter, string? value)
    {
        // SQLite ends a text at its first NUL when it is read, so such a row would look tampered with for ever; PostgreSQL
        // refuses it.
        if (value is not null && value.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException(
                $"The value for {parameter} of table {table} contains a NUL character, which a text column cannot keep.",
                nameof(value)
            );
        }

        canonical.Text(value);
        values.Add(new SqlValue(parameter, value, DbType.String));
    }

    public void Integer(string parameter, long? value)
    {
        canonical.Integer(value);
        values.Add(new SqlValue(parameter, value, DbType.Int64));
    }

    public void Blob(string parameter, byte[]? value)
    {
        canonical.Blob(value);
        values.Add(new SqlValue(parameter, value, DbType.Binary));
    }

    /// <summary>A column that a later migration added, as <see cref="CanonicalRow.AddedBlob"/> has it.</summary>
    public void AddedBlob(string column, byte[]? value)
    {
        canonical.AddedBlob(column, value);
        values.Add(new SqlValue("@" + column, value, DbType.Binary));
    }

    /// <summary>The same for a column of text.</summary>
    public void AddedText(string column, string? value)
    {
        canonical.AddedText(column, value);
        values.Add(new SqlValue("@" + column, value, DbType.String));
    }

    /// <summary>Adds @mac_key_id and @mac, and gives all parameters.</summary>
    public SqlValue[] Finish()
    {
        var keyId = authenticator.CurrentKeyId;
        Integer("@mac_key_id", keyId);
        var mac = new byte[RowReader.MacSize];
        authenticator.Authenticate(keyId, canonical.Bytes, mac);
        values.Add(new SqlValue("@mac", mac));
        return [.. values];
    }
}
