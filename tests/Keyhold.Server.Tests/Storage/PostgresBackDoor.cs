using System.Data.Common;
using Keyhold.Storage;
using Keyhold.Storage.Postgres;
using Npgsql;

namespace Keyhold.Server.Tests.Storage;

internal sealed class PostgresBackDoor(string connectionString) : BackDoor
{
    // A replica checks no foreign keys.
    private readonly NpgsqlDataSource source = NpgsqlDataSource.Create(
        connectionString + ";Options=-c session_replication_role=replica"
    );

    public override string RowPlace => "ctid::text";

    public override string IsRow => "ctid = @0::tid";

    public override string ListTables => "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1";

    public override string ListColumns =>
        "SELECT column_name::text FROM information_schema.columns WHERE table_name = @0 AND column_name <> 'rowid' ORDER BY ordinal_position";

    public override async Task<Database> OpenAsync() =>
        await PostgresDatabase.OpenAsync(connectionString, migrate: false, TestContext.Current.CancellationToken);

    public override DbConnection Connect() => source.OpenConnection();

    // The server's folder goes as a whole at the end.
    public override async Task RemoveAsync() => await source.DisposeAsync();
}
