using Keyhold.Storage.Transfer;

namespace Keyhold.Server.Tests.Storage;

/// <summary>A backup that forgot a table or a column would lose it without a word.</summary>
public class StoredTableTests
{
    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.Postgres)]
    public async Task Every_table_and_column_of_the_schema_is_moved(DatabaseKind kind)
    {
        await using var database = await TemporaryDatabase.CreateAsync(kind);
        Assert.Equal(
            database.Tables().Select(table => table.ToLowerInvariant()).Order(StringComparer.Ordinal),
            StoredTable.All.Select(table => table.Name).Concat(StoredTable.NotMoved).Order(StringComparer.Ordinal)
        );
        Assert.All(
            StoredTable.All,
            table =>
                Assert.Equal(
                    database.Columns(table.Name).Order(StringComparer.Ordinal),
                    table.Columns.Order(StringComparer.Ordinal)
                )
        );
    }

    [Fact]
    public async Task Rows_are_told_apart_by_the_primary_key_and_refer_to_earlier_tables_alone()
    {
        await using var database = await TemporaryDatabase.CreateAsync();
        var names = StoredTable.All.Select(table => table.Name).ToList();
        foreach (var table in StoredTable.All)
        {
            Assert.Equal(
                database.RawTexts("SELECT name FROM pragma_table_info(@0) WHERE pk > 0 ORDER BY pk", table.Name),
                table.Key
            );
            var parents = database.RawTexts("SELECT \"table\" FROM pragma_foreign_key_list(@0)", table.Name);
            Assert.All(parents, parent => Assert.True(names.IndexOf(parent) < names.IndexOf(table.Name), table.Name));
        }
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.Postgres)]
    public async Task Every_row_comes_once_in_the_order_of_bytes_and_is_genuine(DatabaseKind kind)
    {
        await using var database = await TemporaryDatabase.CreateAsync(kind);
        string[] names = ["a", "B", "_", "é", "z", "Z", "中", "😀", "0"];
        foreach (var name in names)
        {
            await database.AccessKeys.AddAsync(Sample.AccessKey(name), default);
        }

        for (var made = 0; made < 70; made++)
        {
            await Sample.AddWithTwoUploadsAsync(database.Certificates);
        }

        Assert.Equal(
            names.OrderBy(
                name => Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(name)),
                StringComparer.Ordinal
            ),
            (await ReadAsync(database, "access_keys")).Select(row => (string)row.Values[0]!)
        );
        Assert.Equal(70, (await ReadAsync(database, "certificates")).Count);
        Assert.Equal(140, (await ReadAsync(database, "certificate_uploads")).Distinct().Count());
    }

    private static async Task<List<StoredRow>> ReadAsync(TemporaryDatabase database, string name)
    {
        var table = StoredTable.All.Single(each => each.Name == name);
        return await database.Database.ReadWholeAsync(
            async (session, stop) =>
            {
                var rows = new List<StoredRow>();
                var reader = new StoredRowReader(session, table);
                while (await reader.NextAsync(stop) is { } row)
                {
                    Assert.True(StoredRows.IsGenuine(table, row, new TestRowAuthenticator()));
                    rows.Add(row);
                }

                return rows;
            },
            default
        );
    }
}
