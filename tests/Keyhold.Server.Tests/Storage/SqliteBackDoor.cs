using System.Data.Common;
using Keyhold.Storage;
using Keyhold.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Keyhold.Server.Tests.Storage;

internal sealed class SqliteBackDoor(string folder) : BackDoor
{
    public string Folder => folder;

    public string File => Path.Combine(folder, "keyhold.db");

    public override string RowPlace => "CAST(rowid AS TEXT)";

    public override string IsRow => "rowid = CAST(@0 AS INTEGER)";

    public override string ListTables =>
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";

    public override string ListColumns => "SELECT name FROM pragma_table_info(@0)";

    public override async Task<Database> OpenAsync() =>
        await SqliteDatabase.OpenAsync(File, migrate: true, TestContext.Current.CancellationToken);

    public override DbConnection Connect() => Connect(File);

    public static DbConnection Connect(string file)
    {
        var connection = new SqliteConnection($"Data Source={file};Pooling=False;Foreign Keys=False");
        connection.Open();
        return connection;
    }

    public override Task RemoveAsync()
    {
        Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }
}
