using DbUp;
using DbUp.Engine;
using DbUp.Postgresql;
using Npgsql;

namespace Keyhold.Storage.Postgres;

/// <summary>
/// Judges what a database holds, and brings it to this program's schema: numbered scripts, run by DbUp in one transaction
/// and noted in its journal (table schemaversions). One node at a time: the others wait, and then find it done.
/// </summary>
internal static class PostgresMigrations
{
    // The session's, so that it ends with the connection: "KHmigrat" in ASCII.
    private const string TakeTurn = "SELECT pg_advisory_lock(5424679464866472308)";

    /// <summary>Throws unless this program may use the database as it is.</summary>
    public static async ValueTask CheckAsync(
        NpgsqlConnection connection,
        string place,
        CancellationToken stop,
        int programVersion = Schema.Version
    )
    {
        var (schema, version) = await ReadVersionAsync(connection, place, stop);
        SchemaRules.Check(version, programVersion, $"The PostgreSQL database {place}, schema {schema},");
    }

    /// <summary>
    /// How often a migration is tried whose tables somebody uses, such as a backup. It waits for them only shortly, since
    /// every node's requests would wait behind it.
    /// </summary>
    private const int Attempts = 15;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <param name="turns">Gives a connection of its own to whoever asks, which waits as long as another node migrates.</param>
    /// <param name="impatient">The same, with a lock_timeout.</param>
    public static async ValueTask<MigrationResult> ApplyAsync(
        NpgsqlDataSource turns,
        NpgsqlDataSource impatient,
        string place,
        CancellationToken stop
    )
    {
        await using var turn = await turns.OpenConnectionAsync(stop);
        await using (var take = new NpgsqlCommand(TakeTurn, turn))
        {
            await take.ExecuteNonQueryAsync(stop);
        }

        var (schema, before) = await ReadVersionAsync(turn, place, stop);
        if (before >= Schema.Version)
        {
            return new MigrationResult(before, before, []);
        }

        var result = Upgrade(impatient, schema);
        for (var attempt = 1; attempt < Attempts && IsBlocked(result.Error); attempt++)
        {
            await Task.Delay(Pause, stop);
            result = Upgrade(impatient, schema);
        }

        if (!result.Successful)
        {
            throw PostgresFault.IsMendable(result.Error)
                ? PostgresFault.Explain(result.Error, place)
                : new SchemaException(
                    $"Migration {result.ErrorScript?.Name} of the PostgreSQL database {place} failed, and the database is as "
                        + $"it was before: {result.Error.Message} Keep this message and report it.",
                    result.Error
                );
        }

        var (_, after) = await ReadVersionAsync(turn, place, stop);
        return new MigrationResult(before, after, [.. result.Scripts.Select(script => script.Name)]);
    }

    private static DatabaseUpgradeResult Upgrade(NpgsqlDataSource connections, string schema) =>
        DeployChanges
            .To.PostgresqlDatabase(new PostgresqlConnectionManager(connections))
            .JournalToPostgresqlTable(schema, "schemaversions")
            .WithScripts(SchemaRules.ReadScripts("Postgres"))
            .WithVariablesDisabled()
            .WithTransaction()
            .LogToNowhere()
            .Build()
            .PerformUpgrade();

    private static bool IsBlocked(Exception? failure) =>
        failure is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable };

    /// <summary>
    /// The schema that the connection works in, and its version, 0 when it is empty; SchemaException when it is none of ours.
    /// </summary>
    private static async ValueTask<(string Schema, int Version)> ReadVersionAsync(
        NpgsqlConnection connection,
        string place,
        CancellationToken stop
    )
    {
        const string Look = """
            SELECT
                current_schema()::text,
                current_setting('server_encoding'),
                (SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = current_schema()),
                (SELECT count(*) FROM pg_catalog.pg_tables
                    WHERE schemaname = current_schema() AND tablename = 'keyhold_schema')
            """;
        await using var look = new NpgsqlCommand(Look, connection);
        string schema;
        await using (var reader = await look.ExecuteReaderAsync(stop))
        {
            await reader.ReadAsync(stop);
            if (await reader.IsDBNullAsync(0, stop))
            {
                throw new SchemaException(
                    $"The PostgreSQL database {place} has no schema to work in. Create the one that Search Path names "
                        + "(CREATE SCHEMA ...), or correct Search Path."
                );
            }

            schema = reader.GetString(0);
            if (!string.Equals(reader.GetString(1), "UTF8", StringComparison.OrdinalIgnoreCase))
            {
                throw new SchemaException(
                    $"The PostgreSQL database {place} has the encoding {reader.GetString(1)}, which cannot keep every name. "
                        + "Create one with ENCODING 'UTF8'."
                );
            }

            if (reader.GetInt64(2) == 0)
            {
                return (schema, 0);
            }

            if (reader.GetInt64(3) == 0)
            {
                throw NotOurs(place, schema, "it has tables of some other program");
            }
        }

        await using var ask = new NpgsqlCommand("SELECT version, oldest_program FROM keyhold_schema", connection);
        await using var answer = await ask.ExecuteReaderAsync(stop);
        if (!await answer.ReadAsync(stop) || answer.GetInt64(0) < 1)
        {
            throw NotOurs(place, schema, "its table keyhold_schema does not say which version it has");
        }

        return (
            schema,
            SchemaRules.Judge(
                answer.GetInt64(0),
                answer.GetInt64(1),
                $"The PostgreSQL database {place}, schema {schema},"
            )
        );
    }

    private static SchemaException NotOurs(string place, string schema, string reason) =>
        new(
            $"The PostgreSQL database {place}, schema {schema}, is not a Keyhold database: {reason}. Name an empty database, "
                + "or an empty schema of its own by Search Path."
        );
}
