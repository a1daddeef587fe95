using Keyhold.Server.Tests.Storage;
using Keyhold.Storage.Postgres;
using Npgsql;

[assembly: AssemblyFixture(typeof(SharedPostgres))]

namespace Keyhold.Server.Tests.Storage;

/// <summary>The one server that all suites share, started by the first test that wants it; each test gets a database.</summary>
public sealed class SharedPostgres : IAsyncDisposable
{
    private const string Template = "keyhold_template";

    private static readonly Lazy<Task<PostgresServer>> Started = new(StartAsync);

    /// <summary>Everything but what makes it a database of this schema version.</summary>
    private const string Wipe = """
        DO $$
        DECLARE name text;
        BEGIN
            FOR name IN
                SELECT tablename FROM pg_tables
                WHERE schemaname = 'public' AND tablename NOT IN ('schemaversions', 'keyhold_schema')
            LOOP
                EXECUTE format('DELETE FROM %I', name);
            END LOOP;
        END $$
        """;

    private static readonly System.Collections.Concurrent.ConcurrentBag<string> Returned = [];

    private static int databases;

    internal static Task<PostgresServer> ServerAsync() => Started.Value;

    /// <summary>A new database with the current schema; its connection string.</summary>
    internal static Task<string> CreateAsync() => CreateAsync(Template);

    /// <summary>
    /// A database with the current schema and nothing in it, which another test may have had before: making one anew costs
    /// several times as much. Give it back when nobody is connected to it any more.
    /// </summary>
    internal static async Task<string> RentAsync()
    {
        if (!Returned.TryTake(out var connectionString))
        {
            return await CreateAsync();
        }

        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=False");
        await connection.OpenAsync();
        await using var wipe = new NpgsqlCommand(Wipe, connection);
        await wipe.ExecuteNonQueryAsync();
        return connectionString;
    }

    internal static void Return(string connectionString) => Returned.Add(connectionString);

    /// <summary>A new database without any table.</summary>
    internal static Task<string> CreateEmptyAsync() => CreateAsync("template0");

    internal static async Task<string> CreateAsync(string template)
    {
        var server = await ServerAsync();
        var name = $"keyhold_{Interlocked.Increment(ref databases)}";
        await server.AskAsync("postgres", $"CREATE DATABASE {name} TEMPLATE {template}");

        // Many tests run at once, on machines that have much else to do.
        return server.ConnectionString(name) + ";Maximum Pool Size=8;Timeout=15";
    }

    public async ValueTask DisposeAsync()
    {
        if (Started is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
        {
            await (await Started.Value).DisposeAsync();
        }
    }

    private static async Task<PostgresServer> StartAsync()
    {
        var server = await PostgresServer.StartAsync(isDurable: false);
        await server.AskAsync("postgres", $"CREATE DATABASE {Template}");
        await PostgresDatabase.MigrateAsync(server.ConnectionString(Template), CancellationToken.None);
        return server;
    }
}
