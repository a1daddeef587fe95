using System.Security.Cryptography;
using Keyhold.Server.Tests.Storage;

namespace Keyhold.Server.Tests.Faults;

/// <summary>kill -9 of a node under mixed load, again and again, on either database.</summary>
[Collection(FaultsInTurn.Name)]
public sealed class NodeKillTests : IDisposable
{
    private const int Kills = 4;
    private const int Workers = 6;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("keyhold-faults-");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.Postgres)]
    public async Task Nothing_answered_is_lost_and_nothing_half_done_is_visible(DatabaseKind kind)
    {
        var database = kind == DatabaseKind.Postgres ? await SharedPostgres.CreateEmptyAsync() : null;
        using var load = new MixedLoad();
        for (var kill = 0; kill < Kills; kill++)
        {
            using var node = await FaultNode.StartAsync(folder.FullName, database);
            await load.VerifyAsync(node.Client);
            load.Start(Workers, node.Client);
            await load.AnsweredAsync(150);
            await Task.Delay(RandomNumberGenerator.GetInt32(300));
            await node.KillAsync();
            await load.StopAsync();
        }

        using (var last = await FaultNode.StartAsync(folder.FullName, database))
        {
            await load.VerifyAsync(last.Client);
            (await last.StopAsync()).Succeeded();
        }

        await FaultFolder.VerifyTrailAsync(folder.FullName, database, load);
    }
}
