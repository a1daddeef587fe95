using System.Data.Common;
using System.Security.Cryptography;

namespace Keyhold.Storage.Rows;

/// <summary>
/// Reads a row's columns from left to right as they are stored, and checks the HMAC over them. Nothing that was read
/// may be interpreted, not even parsed, before <see cref="Check"/> has returned.
/// </summary>
internal sealed class RowReader(DbDataReader reader, int firstColumn, string table, IRowAuthenticator authenticator)
{
    public const int MacSize = 32;

    private readonly CanonicalRow canonical = new(table);
    private int next = firstColumn;

    // A null where none can be is no reason to fail here: it is in the canonical form, and so the check finds it.
    public string Text() => NullableText() ?? "";

    public long Integer() => NullableInteger() ?? 0;

    public byte[] Blob()
    {
        var value = reader.IsDBNull(next) ? null : reader.GetFieldValue<byte[]>(next);
        next++;
        canonical.Blob(value);
        return value ?? [];
    }

    public string? NullableText()
    {
        var value = reader.IsDBNull(next) ? null : reader.GetString(next);
        next++;
        canonical.Text(value);
        return value;
    }

    public long? NullableInteger()
    {
        long? value = reader.IsDBNull(next) ? null : reader.GetInt64(next);
        next++;
        canonical.Integer(value);
        return value;
    }

    /// <summary>A column that a later migration added, as <see cref="CanonicalRow.AddedBlob"/> has it.</summary>
    public byte[]? AddedBlob(string column)
    {
        var value = reader.IsDBNull(next) ? null : reader.GetFieldValue<byte[]>(next);
        next++;
        canonical.AddedBlob(column, value);
        return value;
    }

    /// <summary>The same for a column of text.</summary>
    public string? AddedText(string column)
    {
        var value = reader.IsDBNull(next) ? null : reader.GetString(next);
        next++;
        canonical.AddedText(column, value);
        return value;
    }

    /// <summary>Reads mac_key_id and mac, the last two columns, and throws unless they fit all columns before.</summary>
    public void Check(string id)
    {
        var keyId = Integer();
        var stored = reader.IsDBNull(next) ? [] : reader.GetFieldValue<byte[]>(next);
        if (keyId is < int.MinValue or > int.MaxValue)
        {
            throw new RowTamperedException(table, id);
        }

        Span<byte> expected = stackalloc byte[MacSize];
        try
        {
            authenticator.Authenticate((int)keyId, canonical.Bytes, expected);
        }
        catch (KeyNotFoundException)
        {
            throw new RowTamperedException(table, id, $"the key ring has no key {keyId}, under which its HMAC would be")
            {
                MissingKeyId = (int)keyId,
            };
        }

        if (!CryptographicOperations.FixedTimeEquals(stored, expected))
        {
            throw new RowTamperedException(table, id);
        }
    }
}
