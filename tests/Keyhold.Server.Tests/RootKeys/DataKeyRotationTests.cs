using Keyhold.Crypto.Sealing;
using Keyhold.Server.Hosting;
using Keyhold.Server.RootKeys;
using Keyhold.Server.Tests.Operations;
using Keyhold.Server.Tests.Storage;
using Keyhold.Server.Vault;
using Keyhold.Storage.Certificates;
using Keyhold.Storage.Resealing;

namespace Keyhold.Server.Tests.RootKeys;

public class DataKeyRotationTests : OperationTest
{
    private static readonly Installation Installation = new(
        ServerOptions.DefaultRegion,
        ServerOptions.DefaultAccountId
    );

    private string Database => Path.Combine(Keyhold.DataFolder, "keyhold.db");

    [Fact]
    public async Task Everything_is_moved_and_everything_works_on_during_and_after()
    {
        var (active, _, _) = await Scenario.ActiveAsync();
        var (pending, _) = await Scenario.CreateAsync();
        (await Keyhold.CallAsync("CreateUser", ("UserName", "alice"), ("Comments", "a comment"))).Ok();
        (
            await Keyhold.CallAsync(
                "CreatePolicy",
                ("PolicyName", "reading"),
                (
                    "PolicyDocument",
                    """{"Version":"1","Statement":[{"Effect":"Allow","Action":"kms:Get*","Resource":"*"}]}"""
                )
            )
        ).Ok();
        await SignAsync(active);
        await Keyhold.Parts.Account.FlushAsync(default);

        var end = await RotateAsync(async () => await SignAsync(active));

        Assert.True(end is { IsFinished: true, LeftBehind.Count: 0, Done: 8, Total: 8 }, end.ToString());
        Assert.Equal(8, RowsUnder(2));
        Assert.Equal(0, RowsUnder(1));
        await SignAsync(active);
        (await Scenario.SetStatusAsync(active, "INACTIVE")).Ok();
        (await Scenario.SetStatusAsync(active, "ACTIVE")).Ok();
        await SignAsync(active);
        (await Scenario.DescribeAsync(pending)).Ok();
    }

    [Fact]
    public async Task After_it_the_newest_key_alone_opens_everything()
    {
        var (active, _, _) = await Scenario.ActiveAsync();
        await RotateAsync();
        await RotateAsync();
        Assert.Equal(4, RowsUnder(3));
        await new global::Keyhold.Storage.KeyRings.KeyRingStore(Keyhold.Folder.Database).RetireBeforeAsync(3, default);
        using var rootKey = FileRootKey.Load(DataFolder.DefaultRootKeyFile(Keyhold.DataFolder));
        var rows = await new global::Keyhold.Storage.KeyRings.KeyRingStore(Keyhold.Folder.Database).ListAsync(default);
        using var ring = KeyRing.Open(rootKey, RingRows.ToKeys(rows));
        Assert.Equal(3, Assert.Single(rows).Id);

        var store = new CertificateStore(Keyhold.Folder.Database, new RowAuthenticator(ring));
        var row = await store.FindAsync(active, default);
        var context = new SealContext("certificate-private-key", ServerOptions.DefaultAccountId, active);
        Assert.NotEmpty(ring.Open(context, row!.SealedPrivateKey));
    }

    [Fact]
    public async Task A_row_that_was_tampered_with_gets_no_good_HMAC_and_is_named()
    {
        var (active, _, _) = await Scenario.ActiveAsync();
        var (other, _) = await Scenario.CreateAsync();
        TemporaryDatabase.Raw(Database, "UPDATE certificates SET status = 'REVOKED' WHERE certificate_id = @0", active);

        var end = await RotateAsync();

        Assert.Equal([$"{active} of table certificates"], end.LeftBehind);
        (await Scenario.DescribeAsync(active)).Refused(500, "InternalFailure");
        (await Scenario.DescribeAsync(other)).Ok();
        Assert.Equal(
            1L,
            TemporaryDatabase.RawValue(
                Database,
                "SELECT mac_key_id FROM certificates WHERE certificate_id = @0",
                active
            )
        );
    }

    [Fact]
    public async Task What_somebody_read_before_and_writes_after_neither_conflicts_nor_brings_the_old_seal_back()
    {
        var (id, _) = await Scenario.CreateAsync();
        var before = await Keyhold.Parts.Certificates.FindAsync(id, default);
        await RotateAsync();
        Assert.True(await Keyhold.Parts.Certificates.UpdateAsync(before! with { Tags = [] }, upload: null, default));
        var after = await Keyhold.Parts.Certificates.FindAsync(id, default);
        Assert.Equal(Keyhold.Folder.Ring.CurrentHeader(), after!.SealedPrivateKey[..8]);
    }

    [Fact]
    public async Task A_stop_in_the_middle_is_noted_and_the_rest_is_moved_later()
    {
        for (var made = 0; made < 70; made++)
        {
            await Scenario.CreateAsync();
        }

        await Keyhold.Trail.TickAsync();
        var rotation = Rotation();
        using (var rootKey = FileRootKey.Load(DataFolder.DefaultRootKeyFile(Keyhold.DataFolder)))
        {
            await rotation.AddKeyAsync(rootKey, _ => { }, default);
        }

        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            rotation.MoveAllAsync(
                progress =>
                {
                    if (progress.Done > 60)
                    {
                        stop.Cancel();
                    }
                },
                stop.Token
            )
        );
        Assert.True(await rotation.IsUnfinishedAsync(default));
        Assert.NotEqual(0, RowsUnder(1));
        Assert.NotEqual(0, RowsUnder(2));

        var end = await Rotation().MoveAllAsync(_ => { }, default);
        Assert.True(end.IsFinished);
        Assert.Equal(0, RowsUnder(1));
        Assert.Equal(72, RowsUnder(2));
        Assert.False(await rotation.IsUnfinishedAsync(default));
    }

    [Fact]
    public async Task Every_changed_byte_of_the_ring_is_noticed_and_named()
    {
        var rows = await new global::Keyhold.Storage.KeyRings.KeyRingStore(Keyhold.Folder.Database).ListAsync(default);
        using var rootKey = FileRootKey.Load(DataFolder.DefaultRootKeyFile(Keyhold.DataFolder));
        foreach (var key in RingRows.ToKeys(rows))
        {
            for (var place = 0; place < key.SealedKey.Length; place++)
            {
                var changed = key.SealedKey.ToArray();
                changed[place] ^= 0x10;
                Refused(key with { SealedKey = changed });
            }

            for (var bit = 0; bit < 40; bit++)
            {
                Refused(key with { CreatedAt = key.CreatedAt.AddMilliseconds(1L << bit) });
            }

            Refused(key with { Id = key.Id + 1 });
            Refused(key with { RootKeyId = "0" + key.RootKeyId[1..] + "0" });
        }

        void Refused(SealedRingKey changed)
        {
            var refused = Assert.Throws<SealException>(() => KeyRing.Open(rootKey, [changed]));
            Assert.Contains($"Key {changed.Id} of the ring", refused.Message, StringComparison.Ordinal);
        }
    }

    private DataKeyRotation Rotation() => new(Keyhold.Folder, Installation, Keyhold.Time);

    private async Task<RotationProgress> RotateAsync(Func<Task>? meanwhile = null)
    {
        // Intents of events that are written go now, and are not moved.
        await Keyhold.Trail.TickAsync();
        var rotation = Rotation();
        using (var rootKey = FileRootKey.Load(DataFolder.DefaultRootKeyFile(Keyhold.DataFolder)))
        {
            await rotation.AddKeyAsync(rootKey, _ => { }, default);
        }

        if (meanwhile is not null)
        {
            await meanwhile();
        }

        return await rotation.MoveAllAsync(_ => { }, default);
    }

    private async Task SignAsync(string id) =>
        (
            await Keyhold.CallAsync(
                "CertificatePrivateKeySign",
                ("CertificateId", id),
                ("Algorithm", "ECDSA_SHA_256"),
                ("Message", Scenario.Base64("a message"))
            )
        ).Ok();

    /// <summary>Rows whose HMAC and, where there is one, whose secret is under the key.</summary>
    private long RowsUnder(int keyId)
    {
        var header = $"X'4b485301{keyId:x8}'";
        return ResealedTable.All.Sum(table =>
        {
            var sql = $"SELECT COUNT(*) FROM {table.Name} WHERE mac_key_id = {keyId}";
            return (long)
                TemporaryDatabase.RawValue(
                    Database,
                    table.HoldsSecrets ? $"{sql} AND substr({table.Columns[table.SealedPlace]}, 1, 8) = {header}" : sql
                )!;
        });
    }
}
