using Keyhold.Storage.Resealing;

namespace Keyhold.Server.Tests.Storage;

/// <summary>A rotation that forgot a table would leave its rows under a key that is retired one day.</summary>
public class ResealedTableTests
{
    [Fact]
    public async Task Every_table_with_an_HMAC_takes_part_in_rotations()
    {
        await using var database = await TemporaryDatabase.CreateAsync();
        var tables = database.RawTexts(
            "SELECT m.name FROM sqlite_schema AS m, pragma_table_info(m.name) AS c "
                + "WHERE m.type = 'table' AND c.name = 'mac_key_id' ORDER BY m.name"
        );
        Assert.Equal(tables, ResealedTable.All.Select(table => table.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_column_is_under_the_HMAC_and_every_sealed_one_is_sealed_anew()
    {
        await using var database = await TemporaryDatabase.CreateAsync();
        foreach (var table in ResealedTable.All)
        {
            var columns = database.RawTexts($"SELECT name FROM pragma_table_info('{table.Name}')");
            Assert.Equal(
                columns.Except(["mac_key_id", "mac"]).Order(StringComparer.Ordinal),
                table.Columns.Order(StringComparer.Ordinal)
            );
            Assert.Equal(
                columns.Where(column => column.StartsWith("sealed_", StringComparison.Ordinal)),
                table.HoldsSecrets ? [table.Columns[table.SealedPlace]] : []
            );
        }
    }
}
