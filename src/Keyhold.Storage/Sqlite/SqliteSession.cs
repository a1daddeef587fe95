using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Keyhold.Storage.Sqlite;

/// <summary>An open connection with its session and the statements that frame transactions.</summary>
internal sealed class SqliteSession : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly Dictionary<string, SqliteCommand> frames = new(StringComparer.Ordinal);

    private SqliteSession(SqliteConnection connection)
    {
        this.connection = connection;
        Session = new Session(new SqliteStatements(connection));
    }

    public Session Session { get; }

    /// <summary>False once SQLite has rolled back by itself, as it does on a full disk or a read error.</summary>
    public bool IsInTransaction => raw.sqlite3_get_autocommit(connection.Handle) == 0;

    public static SqliteSession OpenWriter(string file) => new(Open(file));

    public static SqliteSession OpenReader(string file)
    {
        var opened = Open(file);
        Run(opened, "PRAGMA query_only = ON");
        return new SqliteSession(opened);
    }

    /// <summary>A connection to an existing file with the settings that durability and speed rest on.</summary>
    public static SqliteConnection Open(string file)
    {
        var opened = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = file,
                Mode = SqliteOpenMode.ReadWrite,
                Pooling = false,
                DefaultTimeout = 10,
            }.ToString()
        );
        try
        {
            opened.Open();
            Run(
                opened,
                """
                PRAGMA busy_timeout = 10000;
                PRAGMA journal_mode = WAL;
                PRAGMA synchronous = FULL;
                PRAGMA foreign_keys = ON;
                PRAGMA secure_delete = ON;
                PRAGMA trusted_schema = OFF;
                PRAGMA temp_store = MEMORY;
                PRAGMA journal_size_limit = 67108864;
                """
            );
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Runs BEGIN, COMMIT, SAVEPOINT and their like, prepared once.</summary>
    public void Frame(string sql)
    {
        if (!frames.TryGetValue(sql, out var command))
        {
            command = new SqliteCommand(sql, connection);
            command.Prepare();
            frames.Add(sql, command);
        }

        command.ExecuteNonQuery();
    }

    public void RollBack()
    {
        if (IsInTransaction)
        {
            Frame("ROLLBACK");
        }
    }

    public void Dispose() => connection.Dispose();

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = new SqliteCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
