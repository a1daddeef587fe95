using Keyhold.Server.Tests.Storage;
using Keyhold.Storage.Postgres;

[assembly: AssemblyFixture(typeof(SharedPostgres))]

namespace Keyhold.Server.Tests.Storage;

/// <summary>The one server that all suites share, started by the first test that wants it; each test gets a database.</summary>
public sealed class SharedPostgres : IAsyncDisposable
{
    private const string Template = "keyhold_template";

    private static readonly Lazy<Task<PostgresServer>> Started = new(StartAsync);

    private static int databases;

    internal static Task<PostgresServer> ServerAsync() => Started.Value;

    /// <summary>A new database with the current schema; its connection string.</summary>
    internal static Task<string> CreateAsync() => CreateAsync(Template);

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
