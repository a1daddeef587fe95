using System.Data.Common;
using Keyhold.Storage;
using Keyhold.Storage.Postgres;
using Npgsql;

namespace Keyhold.Server.Tests.Storage;

internal sealed class PostgresBackDoor(string connectionString) : BackDoor
{
    public string ConnectionString => connectionString;

    public override string RowPlace => "ctid::text";

    public override string IsRow => "ctid = @0::tid";

    public override string ListTables => "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1";

    public override string ListColumns =>
        "SELECT column_name::text FROM information_schema.columns WHERE table_name = @0 ORDER BY ordinal_position";

    public override async Task<Database> OpenAsync() =>
        await PostgresDatabase.OpenAsync(connectionString, migrate: false, TestContext.Current.CancellationToken);

    public override DbConnection Connect()
    {
        var connection = new NpgsqlConnection(connectionString + ";Pooling=False");
        connection.Open();

        // A replica checks no foreign keys.
        using var command = new NpgsqlCommand("SET session_replication_role = replica", connection);
        command.ExecuteNonQuery();
        return connection;
    }

    // The server's folder goes as a whole at the end.
    public override Task RemoveAsync() => Task.CompletedTask;
}
