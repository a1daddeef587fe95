using Keyhold.Server.Audit;
using Keyhold.Server.Tests.Cli;

namespace Keyhold.Server.Tests.Faults;

/// <summary>A node's data folder while no process works on it: what its audit trail says.</summary>
internal static class FaultFolder
{
    /// <summary>Fails the test unless the trail is intact and tells of every request that was answered well.</summary>
    public static async Task VerifyTrailAsync(string dataFolder, string? database, params MixedLoad[] loads)
    {
        await using var cli = new CliUnderTest();
        string[] shared = database is null ? [] : ["--database", database];
        (await cli.RunAsync(["audit", "verify", dataFolder, .. shared])).Succeeded();
        var recorded = new HashSet<string>(StringComparer.Ordinal);
        foreach (var each in TrailQuery.Run(dataFolder, new TrailFilter(), int.MaxValue).Events)
        {
            var id = each.Text("requestId");
            Assert.True(id is null || recorded.Add(id), $"There are two events of {id}.");
        }

        Assert.All(
            loads.SelectMany(load => load.RequestIds),
            each => Assert.True(recorded.Contains(each.Key), $"No event tells of {each}.")
        );
    }
}
