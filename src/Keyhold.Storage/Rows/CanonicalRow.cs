using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Keyhold.Storage.Rows;

/// <summary>
/// The bytes of a row that its HMAC covers. Every field carries its kind and length, so that no two different rows
/// have the same bytes, and null differs from empty:
/// <code>
/// "KHR" 0x01 | field: table | fields: id column(s), revision, further columns in order, added columns, mac_key_id
///
/// field = 0x00                                            null
///       | 0x01 | length, 4 bytes big-endian | UTF-8       text
///       | 0x02 | 8 bytes, big-endian two's complement     integer
///       | 0x03 | length, 4 bytes big-endian | bytes       bytes
///
/// added column = nothing                                  null
///              | field: its name | field                  otherwise
/// </code>
/// </summary>
internal sealed class CanonicalRow
{
    private readonly ArrayBufferWriter<byte> buffer = new(initialCapacity: 4096);

    public CanonicalRow(string table)
    {
        buffer.Write("KHR\x01"u8);
        Text(table);
    }

    public ReadOnlySpan<byte> Bytes => buffer.WrittenSpan;

    public void Text(string? value)
    {
        if (value is null)
        {
            Null();
            return;
        }

        var length = Encoding.UTF8.GetByteCount(value);
        WriteHead(0x01, length);
        buffer.Advance(Encoding.UTF8.GetBytes(value, buffer.GetSpan(length)));
    }

    public void Integer(long? value)
    {
        if (value is null)
        {
            Null();
            return;
        }

        var span = buffer.GetSpan(9);
        span[0] = 0x02;
        BinaryPrimitives.WriteInt64BigEndian(span[1..], value.Value);
        buffer.Advance(9);
    }

    public void Blob(byte[]? value)
    {
        if (value is null)
        {
            Null();
            return;
        }

        WriteHead(0x03, value.Length);
        buffer.Write(value);
    }

    /// <summary>
    /// A column that did not exist when older rows were written: null adds nothing, so that their HMACs stay good. Its
    /// name stands before it, so that of several such columns none passes for another.
    /// </summary>
    public void AddedBlob(string column, byte[]? value)
    {
        if (value is not null)
        {
            Text(column);
            Blob(value);
        }
    }

    /// <summary>The same for a column of text.</summary>
    public void AddedText(string column, string? value)
    {
        if (value is not null)
        {
            Text(column);
            Text(value);
        }
    }

    private void Null() => buffer.Write("\0"u8);

    private void WriteHead(byte kind, int length)
    {
        var span = buffer.GetSpan(5);
        span[0] = kind;
        BinaryPrimitives.WriteInt32BigEndian(span[1..], length);
        buffer.Advance(5);
    }
}
