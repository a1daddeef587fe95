using Npgsql;

namespace Keyhold.Storage.Postgres;

/// <summary>
/// Advisory locks of the server's, each on a connection of its own: closing that gives the lock free, whatever happened.
/// </summary>
internal static class PostgresLocks
{
    // Installations in two schemas of one database do not meet.
    private const string Take =
        "SELECT pg_try_advisory_lock(hashtextextended('keyhold ' || current_schema() || ' ' || @name, 0))";

    /// <summary>Null when somebody has it.</summary>
    public static async ValueTask<NpgsqlConnection?> TryTakeAsync(
        NpgsqlDataSource single,
        string name,
        CancellationToken stop
    )
    {
        var connection = await single.OpenConnectionAsync(stop);
        try
        {
            if (await TryTakeAsync(connection, name, stop))
            {
                return connection;
            }
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        await connection.DisposeAsync();
        return null;
    }

    /// <summary>On a connection that is there already; false when somebody has it.</summary>
    public static async ValueTask<bool> TryTakeAsync(NpgsqlConnection connection, string name, CancellationToken stop)
    {
        await using var take = new NpgsqlCommand(Take, connection);
        take.Parameters.AddWithValue("@name", name);
        return await take.ExecuteScalarAsync(stop) is true;
    }
}
