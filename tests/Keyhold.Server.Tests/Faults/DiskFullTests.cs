namespace Keyhold.Server.Tests.Faults;

/// <summary>No room left, under the data, under the audit trail, and under both; and room again.</summary>
[Collection(FaultsInTurn.Name)]
public sealed class DiskFullTests : IDisposable
{
    private const int Workers = 4;
    private const int Small = 24;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("keyhold-faults-");
    private readonly List<SmallDisk> disks = [];

    private string Data => Path.Combine(folder.FullName, "data");

    public void Dispose()
    {
        disks.ForEach(disk => disk.Dispose());
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Without_room_for_the_data_changes_are_refused_and_everything_else_is_answered()
    {
        var full = Mount("");
        Mount("audit");
        await RefuseAndRecoverAsync(
            full,
            "There is no room left for the database",
            async (client, load) =>
            {
                Assert.Equal(200, (await client.ReadyAsync()).Status);
                (await client.CallAsync("ListCertificates")).Ok();
                await RefusesToCreateAsync(client, load);
            }
        );
    }

    [Fact]
    public async Task Without_room_for_the_audit_trail_nothing_is_done()
    {
        Mount("");
        var full = Mount("audit");
        await RefuseAndRecoverAsync(
            full,
            "No space left on device",
            async (client, load) =>
            {
                await RefusesToCreateAsync(client, load);
                Assert.Contains("audit trail", (await client.ReadyAsync()).Text, StringComparison.Ordinal);
                (await client.CallAsync("ListCertificates")).Refused(503, "ServiceUnavailableTemporary");
            }
        );
    }

    [Fact]
    public async Task Without_room_for_either_nothing_is_done() =>
        await RefuseAndRecoverAsync(Mount(""), "No space left on device", RefusesToCreateAsync);

    private async Task RefuseAndRecoverAsync(
        SmallDisk full,
        string reason,
        Func<FaultClient, MixedLoad, Task> whileFull
    )
    {
        using var load = new MixedLoad();
        using (var node = await FaultNode.StartAsync(Data, database: null))
        {
            load.Start(Workers, node.Client);
            for (var time = 1; time <= 2; time++)
            {
                await load.AnsweredAsync(150);
                var refused = load.Unsure.Count;
                full.Fill();
                await load.RefusedAsync(refused + (5 * Workers));
                await whileFull(node.Client, load);
                full.Free();
            }

            await load.AnsweredAsync(150);
            await load.StopAsync();
            Assert.Equal(200, (await node.Client.ReadyAsync()).Status);
            await load.VerifyAsync(node.Client);
            var end = await node.StopAsync();
            Assert.Contains(reason, end.Succeeded().Error, StringComparison.Ordinal);
        }

        Assert.All(load.Unsure, reply => reply.Refused(503, "ServiceUnavailableTemporary"));
        using (var again = await FaultNode.StartAsync(Data, database: null))
        {
            await load.VerifyAsync(again.Client);
            (await again.StopAsync()).Succeeded();
        }

        await FaultFolder.VerifyTrailAsync(Data, database: null, load);
    }

    private SmallDisk Mount(string name)
    {
        var disk = SmallDisk.Mount(Path.Combine(Data, name), Small);
        disks.Insert(0, disk);
        return disk;
    }

    /// <summary>A small change may still find a place between what is there already.</summary>
    private static async Task RefusesToCreateAsync(FaultClient client, MixedLoad load)
    {
        var reply = await CreateAsync(client);
        for (var attempt = 0; attempt < 50 && reply.IsGood; attempt++)
        {
            load.Expect([reply["CertificateId"]]);
            reply = await CreateAsync(client);
        }

        reply.Refused(503, "ServiceUnavailableTemporary");
        Assert.Equal("1", reply.RetryAfter);
    }

    private static Task<FaultReply> CreateAsync(FaultClient client) =>
        client.CallAsync(
            "CreateCertificate",
            ("KeySpec", "EC_P256"),
            ("Subject", "CN=full.example,OU=web,O=Example,C=DE")
        );
}
