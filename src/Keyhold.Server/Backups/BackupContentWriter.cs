using System.Buffers.Binary;
using System.Text;
using Keyhold.Crypto.Sealing;
using Keyhold.Storage.Transfer;

namespace Keyhold.Server.Backups;

/// <summary>
/// Writes what a backup holds: tables, each with its columns' names and then its rows.
/// <code>
/// content = table* | 0x00
/// table   = 0x01 | name | count of columns, 4 bytes | name* | (0x02 | value*)*
///
/// name    = length, 4 bytes | UTF-8
/// value   = 0x00                                   null
///         | 0x01 | length, 4 bytes | UTF-8         text
///         | 0x02 | 8 bytes, two's complement       whole number
///         | 0x03 | length, 4 bytes | bytes         bytes
/// </code>
/// Numbers are big-endian.
/// </summary>
internal sealed class BackupContentWriter(SealedStreamWriter output)
{
    public const byte End = 0x00;
    public const byte Table = 0x01;
    public const byte Row = 0x02;
    public const byte Null = 0x00;
    public const byte Text = 0x01;
    public const byte Integer = 0x02;
    public const byte Bytes = 0x03;

    public void BeginTable(string name, IReadOnlyList<string> columns)
    {
        output.Write([Table]);
        WriteText(name);
        WriteLength(columns.Count);
        foreach (var column in columns)
        {
            WriteText(column);
        }
    }

    public void WriteRow(StoredRow row)
    {
        output.Write([Row]);
        foreach (var value in row.Values)
        {
            Write(value);
        }
    }

    public void Finish()
    {
        output.Write([End]);
        output.Finish();
    }

    private void Write(object? value)
    {
        switch (value)
        {
            case null:
                output.Write([Null]);
                break;
            case string text:
                output.Write([Text]);
                WriteText(text);
                break;
            case long number:
                Span<byte> bytes = stackalloc byte[sizeof(long) + 1];
                bytes[0] = Integer;
                BinaryPrimitives.WriteInt64BigEndian(bytes[1..], number);
                output.Write(bytes);
                break;
            case byte[] blob:
                output.Write([Bytes]);
                WriteLength(blob.Length);
                output.Write(blob);
                break;
            default:
                throw new InvalidOperationException($"A column holds a {value.GetType()}.");
        }
    }

    private void WriteText(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        WriteLength(utf8.Length);
        output.Write(utf8);
    }

    private void WriteLength(int length)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, length);
        output.Write(bytes);
    }
}
