using System.Security.Cryptography;
using Keyhold.Storage.Audit;
using Microsoft.Data.Sqlite;

namespace Keyhold.Storage.Sqlite;

/// <summary>
/// Reads a database's <see cref="AuditAnchor"/> and writes nothing beside it, be its server running, stopped or killed.
/// SQLite itself would: opening a database in WAL mode makes or changes its -wal and -shm. So file and log are copied, and
/// the copy is opened.
/// </summary>
public static class SqliteAuditAnchor
{
    /// <summary>A running server may write the log back into the file meanwhile: then both are copied again.</summary>
    private const int Attempts = 20;

    private const int LogHeaderSize = 32;

    /// <summary><see cref="StorageUnavailableException"/> when the file is not there or cannot be read.</summary>
    public static AuditAnchor Read(string file, string node)
    {
        var folder = Directory.CreateTempSubdirectory("keyhold-audit-");
        try
        {
            var copy = Path.Combine(folder.FullName, "copy.db");
            Copy(file, copy);
            return ReadCopy(copy, node);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or SqliteException)
        {
            throw new StorageUnavailableException(
                $"The database {file} cannot be read: {unreadable.Message} Check that the folder is a data folder, whole, and "
                    + "that this user may read it.",
                unreadable
            );
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Copy(string file, string copy)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var logBefore = HeaderOf(file + "-wal");
            var hash = CopyFile(file, copy);
            File.Delete(copy + "-wal");
            if (File.Exists(file + "-wal"))
            {
                CopyFile(file + "-wal", copy + "-wal");
            }

            // The log only grows while its header stays, and the file changes only when the log is written back into it.
            if (HeaderOf(file + "-wal").SequenceEqual(logBefore) && HashOf(file).SequenceEqual(hash))
            {
                return;
            }
        }

        throw new IOException($"It changed during each of {Attempts} attempts to copy it.");
    }

    private static AuditAnchor ReadCopy(string copy, string node)
    {
        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = copy,
                Mode = SqliteOpenMode.ReadWrite,
                Pooling = false,
            }.ToString()
        );
        connection.Open();
        if (Find(connection, "SELECT 1 FROM sqlite_schema WHERE name = 'audit_checkpoints'", reader => true) is false)
        {
            return new AuditAnchor(PublicKey: null, Checkpoint: null);
        }

        return new AuditAnchor(
            Find(
                connection,
                "SELECT public_key FROM audit_keys WHERE node = @node",
                reader => reader.GetFieldValue<byte[]>(0),
                node
            ),
            Find(
                connection,
                "SELECT node, sequence, line FROM audit_checkpoints WHERE node = @node",
                reader => new AuditCheckpointRow(
                    reader.GetString(0),
                    reader.GetInt64(1),
                    reader.GetFieldValue<byte[]>(2)
                ),
                node
            )
        );
    }

    private static T? Find<T>(
        SqliteConnection connection,
        string sql,
        Func<SqliteDataReader, T> read,
        string? node = null
    )
    {
        using var command = new SqliteCommand(sql, connection);
        if (node is not null)
        {
            command.Parameters.AddWithValue("@node", node);
        }

        using var reader = command.ExecuteReader();
        return reader.Read() ? read(reader) : default;
    }

    private static byte[] CopyFile(string from, string to)
    {
        using var source = OpenToRead(from);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var target = new FileStream(to, FileMode.Create, FileAccess.Write);
        var buffer = new byte[128 * 1024];
        int read;
        while ((read = source.Read(buffer)) > 0)
        {
            hash.AppendData(buffer.AsSpan(0, read));
            target.Write(buffer.AsSpan(0, read));
        }

        return hash.GetHashAndReset();
    }

    private static byte[] HashOf(string file)
    {
        using var source = OpenToRead(file);
        return SHA256.HashData(source);
    }

    private static byte[] HeaderOf(string log)
    {
        if (!File.Exists(log))
        {
            return [];
        }

        using var source = OpenToRead(log);
        var header = new byte[LogHeaderSize];
        return header[..source.ReadAtLeast(header, LogHeaderSize, throwOnEndOfStream: false)];
    }

    private static FileStream OpenToRead(string file) =>
        new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
}
