using System.Diagnostics;
using Keyhold.Server.Tests.Storage;

namespace Keyhold.Server.Tests.Faults;

/// <summary>The primary is lost for good, and its synchronous standby takes its place.</summary>
[Collection(FaultsInTurn.Name)]
public sealed class FailoverTests : IDisposable
{
    private const int Workers = 6;

    /// <summary>The bound is 15 seconds from the promotion; the rest is for machines that have much else to do.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("keyhold-faults-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task No_answered_write_is_lost_and_the_node_goes_on_with_the_promoted_standby()
    {
        await using var primary = await PostgresServer.StartAsync(isDurable: true);
        await primary.AskAsync("postgres", "CREATE DATABASE keyhold");
        await using var standby = await PostgresServer.StartStandbyAsync(primary);
        await primary.FollowSynchronouslyAsync();
        var database =
            $"Host=127.0.0.1:{primary.Port},127.0.0.1:{standby.Port};Database=keyhold;Username=keyhold;"
            + $"Password={primary.Password};Target Session Attributes=primary";
        using var load = new MixedLoad();
        using (var node = await FaultNode.StartAsync(folder.FullName, database))
        {
            load.Start(Workers, node.Client);
            await load.AnsweredAsync(200);
            await primary.KillAsync();
            await load.RefusedAsync(Workers);
            await standby.AskAsync("postgres", "SELECT pg_promote(true, 60)");
            var promoted = Stopwatch.GetTimestamp();
            await load.AnsweredAsync(1);
            Assert.True(Stopwatch.GetElapsedTime(promoted) < LongestPause, $"{Stopwatch.GetElapsedTime(promoted)}");
            await load.AnsweredAsync(200);
            await load.StopAsync();
            await load.VerifyAsync(node.Client);
            (await node.StopAsync()).Succeeded();
        }

        Assert.All(load.Unsure, reply => reply.Refused(503, "ServiceUnavailableTemporary"));
        await FaultFolder.VerifyTrailAsync(folder.FullName, database, load);
    }
}
