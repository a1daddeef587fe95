using System.Globalization;
using DbUp;
using DbUp.Sqlite.Helpers;
using Microsoft.Data.Sqlite;

namespace Keyhold.Storage.Sqlite;

/// <summary>
/// Judges what a file holds, and brings it to this program's schema: numbered scripts, run by DbUp in one transaction
/// and noted in its journal (table SchemaVersions).
/// </summary>
internal static class SqliteMigrations
{
    /// <summary>Throws unless this program may use the database as it is.</summary>
    public static void Check(SqliteConnection connection, string file, int programVersion = Schema.Version) =>
        SchemaRules.Check(ReadVersion(connection, file), programVersion, $"The database {file}");

    public static MigrationResult Apply(SqliteConnection connection, string file)
    {
        var before = ReadVersion(connection, file);
        if (before >= Schema.Version)
        {
            return new MigrationResult(before, before, []);
        }

        using var shared = new SharedConnection(connection);
        var result = DeployChanges
            .To.SqliteDatabase(shared)
            .WithScripts(SchemaRules.ReadScripts("Sqlite"))
            .WithVariablesDisabled()
            .WithTransaction()
            .LogToNowhere()
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
        {
            throw result.Error is SqliteException error && SqliteFault.IsMendable(error)
                ? SqliteFault.Explain(error, file)
                : new SchemaException(
                    $"Migration {result.ErrorScript?.Name} of the database {file} failed, and the database is as it was "
                        + $"before: {result.Error.Message} Keep this message and report it.",
                    result.Error
                );
        }

        return new MigrationResult(
            before,
            ReadVersion(connection, file),
            [.. result.Scripts.Select(script => script.Name)]
        );
    }

    /// <summary>The database's schema version, 0 when it is empty; SchemaException when it is none of ours.</summary>
    private static int ReadVersion(SqliteConnection connection, string file)
    {
        if (ReadNumber(connection, "SELECT COUNT(*) FROM sqlite_schema") == 0)
        {
            return 0;
        }

        if (ReadNumber(connection, "SELECT COUNT(*) FROM sqlite_schema WHERE name = 'keyhold_schema'") == 0)
        {
            throw NotOurs(file, "it is a SQLite database of some other program");
        }

        var version = ReadNumber(connection, "SELECT version FROM keyhold_schema");
        var oldestProgram = ReadNumber(connection, "SELECT oldest_program FROM keyhold_schema");
        if (version is null or < 1 || oldestProgram is null)
        {
            throw NotOurs(file, "its table keyhold_schema does not say which version it has");
        }

        return SchemaRules.Judge(version.Value, oldestProgram.Value, $"The database {file}");
    }

    public static SchemaException NotOurs(string file, string reason) =>
        new($"{file} is not a Keyhold database: {reason}. Name another data folder, or move this file away.");

    private static long? ReadNumber(SqliteConnection connection, string sql)
    {
        using var command = new SqliteCommand(sql, connection);
        return command.ExecuteScalar() is { } value and not DBNull
            ? Convert.ToInt64(value, CultureInfo.InvariantCulture)
            : null;
    }
}
