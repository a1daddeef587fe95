using System.Diagnostics;

namespace Keyhold.Server.Tests.Faults;

/// <summary>SIGTERM under load: what was begun is answered, what comes later finds a closed door, and it ends in time.</summary>
[Collection(FaultsInTurn.Name)]
public sealed class DrainTests : IDisposable
{
    private const int Workers = 6;

    /// <summary>More than the pool has ready, so that most of them are still at it when the signal comes.</summary>
    private const int SlowKeys = 12;

    /// <summary>The bound is 10 seconds; the rest is for machines that have much else to do.</summary>
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(15);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("keyhold-faults-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task No_request_is_cut_and_the_program_ends_well_in_time()
    {
        using var load = new MixedLoad();
        List<Task<FaultReply>> slow;
        using (var node = await FaultNode.StartAsync(folder.FullName, database: null))
        {
            load.Start(Workers, node.Client);
            await load.AnsweredAsync(100);
            slow = [.. Enumerable.Range(0, SlowKeys).Select(i => CreateRsaAsync(node.Client, i))];
            await Task.WhenAny(slow);
            await Task.Delay(TimeSpan.FromMilliseconds(200));
            var begun = Stopwatch.GetTimestamp();
            var end = await node.StopAsync();
            Assert.True(Stopwatch.GetElapsedTime(begun) < LongestStop, $"{Stopwatch.GetElapsedTime(begun)}");
            end.Succeeded();
            await load.StopAsync();
            await Task.WhenAll(slow);
        }

        // What found the door open was answered well; the rest found it closed.
        var replies = await Task.WhenAll(slow);
        var made = replies.Where(reply => reply.IsGood).ToList();
        Assert.InRange(made.Count, SlowKeys / 2, SlowKeys);
        Assert.All(
            load.Unsure.Concat(replies.Except(made)),
            reply => Assert.True(reply.Lost is null && reply.Status == 0, reply.Lost ?? reply.Text)
        );
        using (var again = await FaultNode.StartAsync(folder.FullName, database: null))
        {
            load.Expect(made.Select(reply => reply["CertificateId"]));
            await load.VerifyAsync(again.Client);
            (await again.StopAsync()).Succeeded();
        }

        await FaultFolder.VerifyTrailAsync(folder.FullName, database: null, load);
    }

    private static Task<FaultReply> CreateRsaAsync(FaultClient client, int number) =>
        Task.Run(() =>
            client.CallAsync(
                "CreateCertificate",
                ("KeySpec", "RSA_2048"),
                ("Subject", $"CN=slow-{number}.example,OU=web,O=Example,C=DE")
            )
        );
}
