using Npgsql;

namespace Keyhold.Storage.Postgres;

/// <summary>Opens connections with the settings that durability rests on.</summary>
internal static class PostgresConnections
{
    // Commits wait for the disk, and for the synchronous standby where there is one, even where the server's default is
    // weaker. A node that dies inside a transaction does not hold its locks for long.
    private const string Prepare = """
        SELECT
            set_config(
                'synchronous_commit',
                CASE current_setting('synchronous_commit') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END,
                false),
            set_config('idle_in_transaction_session_timeout', '10s', false)
        """;

    public static NpgsqlDataSource Build(string connectionString)
    {
        var builder = new NpgsqlSlimDataSourceBuilder(connectionString);
        builder.EnableTransportSecurity();
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(enable: false));
        builder.UsePhysicalConnectionInitializer(
            connection =>
            {
                using var command = new NpgsqlCommand(Prepare, connection);
                command.ExecuteNonQuery();
            },
            async connection =>
            {
                await using var command = new NpgsqlCommand(Prepare, connection);
                await command.ExecuteNonQueryAsync();
            }
        );
        return builder.Build();
    }
}
