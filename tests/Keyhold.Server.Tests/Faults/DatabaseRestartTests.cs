using Keyhold.Server.Tests.Storage;

namespace Keyhold.Server.Tests.Faults;

/// <summary>PostgreSQL killed and started again under load.</summary>
[Collection(FaultsInTurn.Name)]
public sealed class DatabaseRestartTests : IDisposable
{
    private const int Kills = 2;
    private const int Workers = 6;

    /// <summary>The bound is 5 seconds; the rest is for machines that have much else to do.</summary>
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(8);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("keyhold-faults-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Requests_get_503_and_a_time_to_retry_none_hangs_and_all_is_well_again_by_itself()
    {
        await using var server = await PostgresServer.StartAsync(isDurable: true);
        await server.AskAsync("postgres", "CREATE DATABASE keyhold");
        var database = server.ConnectionString("keyhold");
        using var load = new MixedLoad();
        using (var node = await FaultNode.StartAsync(folder.FullName, database))
        {
            load.Start(Workers, node.Client);
            for (var kill = 0; kill < Kills; kill++)
            {
                await load.AnsweredAsync(100);
                var refused = load.Unsure.Count;
                await server.KillAsync();
                await load.RefusedAsync(refused + (3 * Workers));
                await server.RunAsync();
            }

            await load.AnsweredAsync(100);
            await load.StopAsync();
            await load.VerifyAsync(node.Client);
            Assert.Equal(200, (await node.Client.ReadyAsync()).Status);
            (await node.StopAsync()).Succeeded();
        }

        Assert.All(
            load.Unsure,
            reply =>
            {
                reply.Refused(503, "ServiceUnavailableTemporary");
                Assert.Equal("1", reply.RetryAfter);
                Assert.True(reply.Took < LongestAnswer, $"{reply.Took}");
            }
        );
        await FaultFolder.VerifyTrailAsync(folder.FullName, database, load);
    }
}
