using Microsoft.Data.Sqlite;

namespace Keyhold.Storage.Sqlite;

/// <summary>
/// Reads the database of a data folder whose lock another process holds, by connections of its own: SQLite's log keeps the
/// state that a read began with, while the other process writes on. It cannot write.
/// </summary>
public sealed class SqliteOnlooker : Database
{
    private readonly SqliteReaders readers;
    private readonly string file;
    private bool isDisposed;

    private SqliteOnlooker(string file)
    {
        this.file = file;
        readers = new SqliteReaders(file, maximum: 2);
    }

    public override bool IsShared => false;

    public override string Place => $"database {file}";

    /// <summary>
    /// <see cref="SchemaException"/> when the database is not migrated, too new or not Keyhold's;
    /// <see cref="StorageUnavailableException"/> when this user may not read it, which takes the right to write to its folder.
    /// </summary>
    public static SqliteOnlooker Open(string file)
    {
        file = Path.GetFullPath(file);
        try
        {
            using var connection = SqliteSession.Open(file);
            SqliteMigrations.Check(connection, file);
        }
        catch (SqliteException exception) when (SqliteFault.IsMendable(exception))
        {
            throw SqliteFault.Explain(exception, file);
        }

        return new SqliteOnlooker(file);
    }

    public override ValueTask<T> ReadAsync<T>(
        Func<Session, CancellationToken, ValueTask<T>> read,
        CancellationToken stop
    ) => readers.ReadAsync(read, stop);

    public override ValueTask<T> ReadOneAsync<T>(
        Func<Session, CancellationToken, ValueTask<T>> read,
        CancellationToken stop
    ) => readers.ReadAsync(read, stop);

    public override ValueTask<T> WriteAsync<T>(
        Func<Session, CancellationToken, ValueTask<T>> write,
        CancellationToken stop
    ) =>
        throw new InvalidOperationException(
            "Another process holds the data folder: it can be read here and not written."
        );

    /// <summary>Null: whoever holds the folder does its jobs.</summary>
    public override ValueTask<JobLock?> TryLockAsync(string job, CancellationToken stop) => new((JobLock?)null);

    /// <summary>Null, likewise.</summary>
    public override ValueTask<JobLock?> TryLockAloneAsync(CancellationToken stop) => new((JobLock?)null);

    public override ValueTask DisposeAsync()
    {
        if (!isDisposed)
        {
            isDisposed = true;
            readers.Dispose();
        }

        return ValueTask.CompletedTask;
    }
}
