using Npgsql;

namespace Keyhold.Server.Tests.Cli;

/// <summary>How many rows a table has in a database that may not even have the table.</summary>
internal static class PostgresRows
{
    public static async Task<long> CountAsync(string connectionString, string table)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var look = source.CreateCommand("SELECT to_regclass($1) IS NOT NULL");
        look.Parameters.Add(new NpgsqlParameter<string> { TypedValue = table });
        if (await look.ExecuteScalarAsync() is not true)
        {
            return 0;
        }

        await using var count = source.CreateCommand($"SELECT COUNT(*) FROM {table}");
        return (long)(await count.ExecuteScalarAsync())!;
    }
}
