using Keyhold.Crypto.Sealing;
using Keyhold.Server.Hosting;
using Keyhold.Server.Tests.Operations;
using Keyhold.Server.Tests.Storage;

namespace Keyhold.Server.Tests.Backups;

public class BackupProofTests : OperationTest
{
    private string Database => Path.Combine(Keyhold.DataFolder, "keyhold.db");

    [Fact]
    public async Task Every_row_is_there_and_every_private_key_is_tried()
    {
        await MadeBackup.FillAsync(Keyhold, Scenario);
        using var backup = await MadeBackup.OfAsync(Keyhold);
        var report = await backup.ProveAsync();

        // Three certificates, the pair's second key, the audit key.
        Assert.Equal(5, report.PrivateKeys);
        Assert.Equal(3, Rows("certificates"));
        Assert.Equal(2, Rows("certificate_uploads"));
        Assert.Equal(1, Rows("encryption_certificates"));
        Assert.Equal(2, Rows("access_keys"));
        Assert.Equal(1, Rows("users"));
        Assert.Equal(1, Rows("policies"));
        Assert.Equal(1, Rows("key_ring"));
        Assert.Empty(report.Faults);
        Assert.Equal(KeyholdUnderTest.Now, report.CreatedAt);
        Assert.Equal("file", report.RootKeyProvider);
        Assert.Equal(backup.RootKey.Id, report.RootKeyId);

        long Rows(string table) => report.Rows.Single(each => each.Table == table).Rows;
    }

    [Fact]
    public async Task A_snapshot_is_one_state_while_others_write()
    {
        await Scenario.CreateAsync();
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await Scenario.ActiveAsync();
            }
        });
        for (var round = 0; round < 5; round++)
        {
            using var backup = await MadeBackup.OfAsync(Keyhold);

            // A row that came between the count and the reading, or a history without its certificate, would fail here.
            Assert.Empty((await backup.ProveAsync()).Faults);
        }

        await stop.CancelAsync();
        await writing;
    }

    [Theory]
    [InlineData("UPDATE certificates SET status = 'REVOKED'", "certificates", "HMAC")]
    [InlineData("UPDATE access_keys SET owner = 'mallory'", "access_keys", "HMAC")]
    [InlineData("UPDATE certificates SET mac_key_id = 99", "certificates", "HMAC")]
    public async Task A_row_that_was_tampered_with_is_named_and_kept_only_when_that_is_accepted(
        string sql,
        string table,
        string reason
    )
    {
        await Scenario.CreateAsync();
        TemporaryDatabase.Raw(Database, sql);
        using var backup = await MadeBackup.OfAsync(Keyhold);
        var refused = await Assert.ThrowsAsync<StartException>(() => backup.ProveAsync());
        Assert.Contains($"of table {table}", refused.Message, StringComparison.Ordinal);
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.Contains("--accept-damage", refused.Message, StringComparison.Ordinal);

        var report = await backup.ProveAsync(acceptDamage: true);
        Assert.Contains(table, Assert.Single(report.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_root_key_is_told_which_one_the_backup_wants()
    {
        using var backup = await MadeBackup.OfAsync(Keyhold);
        using var other = FileRootKey.Create(Path.Combine(Path.GetDirectoryName(backup.Path)!, "other.key"));
        using var file = Server.Backups.BackupFile.Open(backup.Path);
        var refused = Assert.Throws<StartException>(() => Server.Backups.BackupProof.OpenRing(file, other));
        Assert.Contains(backup.RootKey.Id, refused.Message, StringComparison.Ordinal);
        Assert.Contains(other.Id, refused.Message, StringComparison.Ordinal);
    }
}
