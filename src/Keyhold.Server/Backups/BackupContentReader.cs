using System.Buffers.Binary;
using System.Text;
using Keyhold.Crypto.Sealing;
using Keyhold.Server.Hosting;
using Keyhold.Storage.Transfer;

namespace Keyhold.Server.Backups;

/// <summary>
/// Reads what <see cref="BackupContentWriter"/> wrote, row by row, and counts: at the end every table must have the rows
/// that the header says, and the file must end there.
/// </summary>
internal sealed class BackupContentReader(BackupFile file, SealedStreamReader input) : IDisposable
{
    /// <summary>Far beyond what a request can bring.</summary>
    private const int MaximumLength = 256 * 1024 * 1024;

    private const int MaximumColumns = 1000;

    private readonly List<(string Table, long Rows)> counts = [];

    /// <summary>The table of the row that was read last.</summary>
    public string Table { get; private set; } = "";

    public IReadOnlyList<string> Columns { get; private set; } = [];

    /// <summary>How many rows were read.</summary>
    public long Rows { get; private set; }

    /// <summary>The next row; null at the end. <see cref="StartException"/> names what is damaged.</summary>
    public StoredRow? Next()
    {
        try
        {
            return Read();
        }
        catch (SealException damaged)
        {
            throw BackupFile.Damaged(file.Path, damaged.Message);
        }
    }

    public void Dispose() => input.Dispose();

    private StoredRow? Read()
    {
        while (true)
        {
            switch (ReadByte())
            {
                case BackupContentWriter.Table:
                    Table = ReadText();
                    Columns = [.. Enumerable.Range(0, ReadLength(MaximumColumns)).Select(_ => ReadText())];
                    counts.Add((Table, 0));
                    break;
                case BackupContentWriter.Row when counts.Count > 0:
                    counts[^1] = (Table, counts[^1].Rows + 1);
                    Rows++;
                    return new StoredRow([.. Columns.Select(_ => ReadValue())]);
                case BackupContentWriter.End:
                    RequireEnd();
                    return null;
                default:
                    throw Malformed();
            }
        }
    }

    private void RequireEnd()
    {
        if (input.Read(stackalloc byte[1]) > 0 || !counts.SequenceEqual(file.Header.Counts))
        {
            throw Malformed();
        }
    }

    private object? ReadValue() =>
        ReadByte() switch
        {
            BackupContentWriter.Null => null,
            BackupContentWriter.Text => ReadText(),
            BackupContentWriter.Integer => BinaryPrimitives.ReadInt64BigEndian(Fill(stackalloc byte[sizeof(long)])),
            BackupContentWriter.Bytes => ReadBytes(),
            _ => throw Malformed(),
        };

    private string ReadText() => Encoding.UTF8.GetString(ReadBytes());

    private byte[] ReadBytes()
    {
        var bytes = new byte[ReadLength(MaximumLength)];
        Fill(bytes);
        return bytes;
    }

    private int ReadLength(int most)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(Fill(stackalloc byte[sizeof(int)]));
        return length >= 0 && length <= most ? length : throw Malformed();
    }

    private byte ReadByte() => Fill(stackalloc byte[1])[0];

    private Span<byte> Fill(Span<byte> bytes)
    {
        var filled = 0;
        while (filled < bytes.Length)
        {
            var read = input.Read(bytes[filled..]);
            filled += read > 0 ? read : throw Malformed();
        }

        return bytes;
    }

    /// <summary>It was sealed by the ring, so some Keyhold wrote it: no damage of the disk looks like this.</summary>
    private StartException Malformed() =>
        BackupFile.Damaged(
            file.Path,
            $"its content, authentic as it is, is none that this Keyhold reads (near byte {input.Place})"
        );
}
