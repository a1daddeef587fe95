using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using Keyhold.Storage.Rows;

namespace Keyhold.Storage.Resealing;

/// <summary>A row that is not yet under the newest key, with the values of its columns as they are stored.</summary>
internal sealed class DueRow
{
    private readonly ResealedTable table;
    private readonly object?[] values;
    private readonly long keyId;

    private DueRow(ResealedTable table, long rowId, object?[] values, long keyId, byte[] mac)
    {
        this.table = table;
        RowId = rowId;
        this.values = values;
        this.keyId = keyId;
        Mac = mac;
    }

    public long RowId { get; }

    public byte[] Mac { get; }

    public string Id => Convert.ToString(values[0], CultureInfo.InvariantCulture) ?? "";

    public byte[] SealedSecret => values[table.SealedPlace] as byte[] ?? [];

    public static DueRow Read(DbDataReader reader, ResealedTable table)
    {
        var columns = new object?[table.Columns.Count];
        for (var place = 0; place < columns.Length; place++)
        {
            columns[place] = reader.IsDBNull(place + 1) ? null : reader.GetValue(place + 1);
        }

        var macKeyId = reader.GetInt64(columns.Length + 1);
        return new DueRow(
            table,
            reader.GetInt64(0),
            columns,
            macKeyId,
            reader.GetFieldValue<byte[]>(columns.Length + 2)
        );
    }

    /// <summary>Whether its HMAC fits, under the key it names.</summary>
    public bool IsGenuine(IRowAuthenticator authenticator)
    {
        if (keyId is < int.MinValue or > int.MaxValue)
        {
            return false;
        }

        Span<byte> expected = stackalloc byte[RowReader.MacSize];
        try
        {
            authenticator.Authenticate((int)keyId, CanonicalWith(resealed: null, keyId), expected);
        }
        catch (KeyNotFoundException)
        {
            return false;
        }

        return CryptographicOperations.FixedTimeEquals(Mac, expected);
    }

    /// <summary>The canonical form, with another sealed secret and key when given.</summary>
    public ReadOnlySpan<byte> CanonicalWith(byte[]? resealed, long macKeyId)
    {
        var canonical = new CanonicalRow(table.Name);
        for (var place = 0; place < values.Length; place++)
        {
            var value = place == table.SealedPlace && resealed is not null ? resealed : values[place];
            Write(canonical, place, value);
        }

        canonical.Integer(macKeyId);
        return canonical.Bytes;
    }

    private void Write(CanonicalRow canonical, int place, object? value)
    {
        if (place >= table.FirstAddedColumn)
        {
            WriteAdded(canonical, table.Columns[place], value);
            return;
        }

        switch (value)
        {
            case long integer:
                canonical.Integer(integer);
                break;
            case byte[] bytes:
                canonical.Blob(bytes);
                break;
            default:
                canonical.Text((string?)value);
                break;
        }
    }

    private static void WriteAdded(CanonicalRow canonical, string column, object? value)
    {
        if (value is string text)
        {
            canonical.AddedText(column, text);
        }
        else
        {
            canonical.AddedBlob(column, (byte[]?)value);
        }
    }
}
