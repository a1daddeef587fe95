using Microsoft.Data.Sqlite;

namespace Keyhold.Storage.Sqlite;

/// <summary>
/// The embedded database: one SQLite file in a data folder that this process alone holds. WAL with synchronous FULL:
/// an answered write survives the loss of power.
/// </summary>
public sealed class SqliteDatabase : Database
{
    private readonly FolderLock folder;
    private readonly SqliteWriter writer;
    private readonly SqliteReaders readers;
    private bool isDisposed;

    private SqliteDatabase(FolderLock folder, string file)
    {
        this.folder = folder;
        Place = file;
        writer = new SqliteWriter(file, SqliteSession.OpenWriter(file));
        readers = new SqliteReaders(file, Math.Clamp(Environment.ProcessorCount * 2, 4, 32));
    }

    public override bool IsShared => false;

    public override string Place { get; }

    /// <summary>
    /// Opens the file and takes its folder for this process. <see cref="SchemaException"/> when the database is not
    /// migrated, too new or not Keyhold's; <see cref="StorageUnavailableException"/> when the folder is in use or not
    /// writable.
    /// </summary>
    public static ValueTask<SqliteDatabase> OpenAsync(string file, bool migrate, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        file = Path.GetFullPath(file);
        if (!migrate && !File.Exists(file))
        {
            throw new SchemaException(
                $"There is no database {file}. Run `keyhold database migrate` to set it up, or name another data folder."
            );
        }

        var taken = FolderLock.Take(Path.GetDirectoryName(file)!);
        try
        {
            Prepare(
                file,
                connection =>
                {
                    if (migrate)
                    {
                        SqliteMigrations.Apply(connection, file);
                    }

                    SqliteMigrations.Check(connection, file);
                }
            );
            return new ValueTask<SqliteDatabase>(new SqliteDatabase(taken, file));
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    /// <summary>Brings the database to this program's schema, creating it when it is missing. Needs the folder alone.</summary>
    public static MigrationResult Migrate(string file)
    {
        file = Path.GetFullPath(file);
        using var taken = FolderLock.Take(Path.GetDirectoryName(file)!);
        MigrationResult? result = null;
        Prepare(file, connection => result = SqliteMigrations.Apply(connection, file));
        return result!;
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
    ) => writer.WriteAsync(write, stop);

    public override ValueTask<JobLock?> TryLockAsync(string job, CancellationToken stop) =>
        new(new JobLock(() => ValueTask.CompletedTask));

    public override ValueTask<JobLock?> TryLockAloneAsync(CancellationToken stop) =>
        new(new JobLock(() => ValueTask.CompletedTask));

    /// <summary>Finishes what was begun, then closes the file and gives the folder free.</summary>
    public override ValueTask DisposeAsync()
    {
        if (!isDisposed)
        {
            isDisposed = true;
            readers.Dispose();
            writer.Dispose();
            folder.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private static void Prepare(string file, Action<SqliteConnection> work)
    {
        try
        {
            FolderLock.CreateFileIfMissing(file);
            using var connection = SqliteSession.Open(file);
            work(connection);
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode == SqliteFault.NotADatabase)
        {
            throw SqliteMigrations.NotOurs(file, "it is no SQLite database at all");
        }
        catch (SqliteException exception) when (SqliteFault.IsMendable(exception))
        {
            throw SqliteFault.Explain(exception, file);
        }
    }
}
