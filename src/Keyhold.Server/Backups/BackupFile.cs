using System.Buffers.Binary;
using System.Security.Cryptography;
using Keyhold.Crypto.Sealing;
using Keyhold.Server.Hosting;
using Keyhold.Storage;

namespace Keyhold.Server.Backups;

/// <summary>
/// A backup, opened to be read. <see cref="StartException"/> names the file, what is wrong with it, and where.
/// <code>
///  0         3         4                 8
///  +---------+---------+-----------------+---------------+-----------+-----------------------------+
///  | "KHB"   | version | length of the   | header, JSON  | SHA-256   | content, in the chunks of   |
///  | 3 bytes | 1       | header, 4 bytes | in UTF-8      | of so far | SealedStream; context: that |
///  |         |         | big-endian      |               | 32 bytes  | SHA-256                     |
///  +---------+---------+-----------------+---------------+-----------+-----------------------------+
/// </code>
/// The sum names a damaged header before a key is there; the first chunk then proves it. The content is in
/// <see cref="BackupContentReader"/>.
/// </summary>
internal sealed class BackupFile : IDisposable
{
    public const string KeyPurpose = "backup-key";

    private const byte Version = 1;
    private const int FixedSize = 8;
    private const int MaximumHeader = 16 * 1024 * 1024;

    private readonly FileStream stream;
    private readonly byte[] sum;

    private BackupFile(FileStream stream, BackupHeader header, byte[] sum)
    {
        this.stream = stream;
        Header = header;
        this.sum = sum;
    }

    private static ReadOnlySpan<byte> Magic => "KHB"u8;

    public BackupHeader Header { get; }

    public string Path => stream.Name;

    public long Length => stream.Length;

    public static BackupFile Open(string path)
    {
        FileStream opened;
        try
        {
            opened = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 128 * 1024);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new StartException(
                $"The backup {path} cannot be read: {unreadable.Message}",
                "Name a file that exists and that this user may read.",
                unreadable
            );
        }

        try
        {
            var (header, headSum) = ReadHead(opened, path);
            return new BackupFile(opened, header, headSum);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Writes everything before the content; what the content is bound to.</summary>
    public static byte[] WriteHead(Stream output, BackupHeader header)
    {
        var json = header.Write();
        byte[] head = [.. Magic, Version, 0, 0, 0, 0, .. json];
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(FixedSize - sizeof(int)), json.Length);
        var hash = SHA256.HashData(head);
        output.Write(head);
        output.Write(hash);
        return hash;
    }

    public static SealContext ContextOf(BackupHeader header) => new(KeyPurpose, header.AccountId, header.BackupId);

    /// <summary>The content, from its beginning on. The reader ends with this file.</summary>
    public BackupContentReader ReadContent(KeyRing ring)
    {
        stream.Position = FixedSize + Header.Write().Length + SHA256.HashSizeInBytes;
        byte[] key = [];
        try
        {
            key = ring.Open(ContextOf(Header), Header.SealedKey);
            return new BackupContentReader(this, new SealedStreamReader(stream, stream.Position, key, sum));
        }
        catch (SealException refused)
        {
            throw Damaged(Path, $"the key in its header does not open: {refused.Message}");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    public static StartException Damaged(string path, string finding) =>
        new(
            $"The backup {path} is damaged: {finding}.",
            "Nothing of it was used. Take another copy of it, or another backup."
        );

    public void Dispose() => stream.Dispose();

    private static (BackupHeader Header, byte[] Sum) ReadHead(FileStream input, string path)
    {
        var start = new byte[FixedSize];
        if (
            input.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length
            || !start.AsSpan().StartsWith(Magic)
        )
        {
            throw new StartException(
                $"{path} is no Keyhold backup, or its first {FixedSize} bytes are damaged: it does not begin with KHB.",
                "Name a file that keyhold backup made."
            );
        }

        if (start[Magic.Length] != Version)
        {
            throw new StartException(
                $"The backup {path} has the form {start[Magic.Length]}, and this program knows form {Version}.",
                "Use the newer Keyhold that made it; if none did, byte 3 of the file is damaged."
            );
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(start.AsSpan(FixedSize - sizeof(int)));
        if (length is < 2 or > MaximumHeader || input.Length < FixedSize + (long)length + SHA256.HashSizeInBytes)
        {
            throw Damaged(path, "its header, from byte 4 on, has no good length or was cut off");
        }

        var json = new byte[length];
        var written = new byte[SHA256.HashSizeInBytes];
        input.ReadExactly(json);
        input.ReadExactly(written);
        var place = $"its header, bytes 4 to {FixedSize + length + written.Length - 1}";
        if (!CryptographicOperations.FixedTimeEquals(SHA256.HashData([.. start, .. json]), written))
        {
            throw Damaged(path, $"{place}, does not fit its sum");
        }

        // Written again it must be the same: nothing in it goes unread.
        var header = BackupHeader.Read(json);
        if (header is not null)
        {
            RequireKnown(header, path);
        }

        if (header is null || !json.AsSpan().SequenceEqual(header.Write()))
        {
            throw Damaged(path, $"{place}, is none that Keyhold writes");
        }

        return (header, written);
    }

    private static void RequireKnown(BackupHeader header, string path)
    {
        if (header.SchemaVersion > Schema.Version)
        {
            throw new StartException(
                $"The backup {path} was made by Keyhold {header.KeyholdVersion} of a database of schema version "
                    + $"{header.SchemaVersion}; this program knows {Schema.Version}.",
                "Use that Keyhold or a newer one."
            );
        }
    }
}
