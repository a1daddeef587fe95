using Microsoft.Data.Sqlite;

namespace Keyhold.Storage.Sqlite;

/// <summary>Puts SQLite's result codes that an operator can mend into words (https://sqlite.org/rescode.html).</summary>
internal static class SqliteFault
{
    private const int Permission = 3;
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    public const int NotADatabase = 26;

    /// <summary>False for what only a change of the program can mend, such as a violated constraint.</summary>
    public static bool IsMendable(Exception exception) =>
        exception
            is SqliteException
            {
                SqliteErrorCode: Permission
                    or Busy
                    or Locked
                    or ReadOnly
                    or InputOutput
                    or Corrupt
                    or Full
                    or CannotOpen
                    or NotADatabase
            };

    public static StorageUnavailableException Explain(SqliteException exception, string file)
    {
        var text = exception.SqliteErrorCode switch
        {
            Permission or ReadOnly or CannotOpen =>
                $"The database {file} cannot be opened or written to. Keyhold needs read and write access to it and its "
                    + "folder, on a writable disk, as the user it runs as.",
            Busy or Locked => $"The database {file} is locked by another program. Let that program finish or stop it; "
                + "nothing but Keyhold should have this file open.",
            InputOutput => $"The disk under the database {file} reports an error. Look at the system log and the disk; "
                + "what was answered before is kept, this write is not.",
            Full =>
                $"There is no room left for the database {file}. Free space on its disk; Keyhold goes on by itself, "
                    + "nothing of this write was kept.",
            _ => $"The database {file} is damaged. Stop Keyhold and restore it from a backup.",
        };
        return new StorageUnavailableException($"{text} (SQLite: {exception.Message})", exception);
    }
}
