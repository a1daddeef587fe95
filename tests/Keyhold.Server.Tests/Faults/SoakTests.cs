using System.Diagnostics;
using System.Globalization;
using Keyhold.Server.Tests.Storage;

namespace Keyhold.Server.Tests.Faults;

/// <summary>
/// A node on each kind of database under steady load for minutes (<c>./test --soak</c>): memory, descriptors and threads stay
/// flat. The first half is for warming up; of the second, its two halves are compared by their medians.
/// </summary>
[Collection(FaultsInTurn.Name)]
public sealed class SoakTests(ITestOutputHelper output) : IDisposable
{
    private const string MinutesVariable = "KEYHOLD_SOAK_MINUTES";
    private const int Workers = 4;
    private const int Samples = 60;

    /// <summary>What the last quarter may have more than the one before.</summary>
    private const double MemoryGrowth = 0.10;

    private const double MemoryGrowthMegabytes = 10;
    private const int DescriptorGrowth = 10;
    private const int ThreadGrowth = 10;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("keyhold-soak-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact(Explicit = true)]
    public async Task Memory_descriptors_and_threads_stay_flat()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "What a process has is read from /proc.");
        var minutes = double.Parse(
            Environment.GetEnvironmentVariable(MinutesVariable) ?? "10",
            CultureInfo.InvariantCulture
        );
        var database = await SharedPostgres.CreateEmptyAsync();
        using var onSqlite = new MixedLoad { DeletesAll = true, Pause = TimeSpan.FromMilliseconds(50) };
        using var onPostgres = new MixedLoad { DeletesAll = true, Pause = TimeSpan.FromMilliseconds(50) };
        using (var sqlite = await FaultNode.StartAsync(PathOf("sqlite"), database: null))
        using (var postgres = await FaultNode.StartAsync(PathOf("postgres"), database))
        {
            onSqlite.Start(Workers, sqlite.Client);
            onPostgres.Start(Workers, postgres.Client);
            var samples = await SampleAsync(
                TimeSpan.FromMinutes(minutes) / Samples,
                (sqlite, onSqlite, "SQLite"),
                (postgres, onPostgres, "PostgreSQL")
            );
            await onSqlite.StopAsync();
            await onPostgres.StopAsync();
            Assert.True(onSqlite.Unsure.IsEmpty && onPostgres.Unsure.IsEmpty);
            await onSqlite.VerifyAsync(sqlite.Client);
            await onPostgres.VerifyAsync(postgres.Client);
            (await sqlite.StopAsync()).Succeeded();
            (await postgres.StopAsync()).Succeeded();
            RequireFlat("SQLite", [.. samples.Select(sample => sample[0])]);
            RequireFlat("PostgreSQL", [.. samples.Select(sample => sample[1])]);
        }

        await FaultFolder.VerifyTrailAsync(PathOf("sqlite"), database: null, onSqlite);
        await FaultFolder.VerifyTrailAsync(PathOf("postgres"), database, onPostgres);
    }

    private string PathOf(string name) => Path.Combine(folder.FullName, name);

    private async Task<List<ProcessSample[]>> SampleAsync(
        TimeSpan pause,
        params (FaultNode Node, MixedLoad Load, string Name)[] nodes
    )
    {
        var started = Stopwatch.GetTimestamp();
        var samples = new List<ProcessSample[]>();
        while (samples.Count < Samples)
        {
            await Task.Delay(pause);
            samples.Add([.. nodes.Select(each => ProcessSample.Of(each.Node.ProcessId))]);
            for (var i = 0; i < nodes.Length; i++)
            {
                var (megabytes, descriptors, threads) = samples[^1][i];
                output.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{Stopwatch.GetElapsedTime(started):mm\\:ss} {nodes[i].Name, -10} {nodes[i].Load.Good, 8} answers {megabytes, 7:0.0} MB {descriptors, 5} descriptors {threads, 4} threads"
                    )
                );
            }
        }

        return samples;
    }

    private void RequireFlat(string name, ProcessSample[] samples)
    {
        var before = samples[(Samples / 2)..(Samples * 3 / 4)];
        var after = samples[(Samples * 3 / 4)..];
        Check("megabytes", sample => sample.Megabytes, was => Math.Max(was * MemoryGrowth, MemoryGrowthMegabytes));
        Check("descriptors", sample => sample.Descriptors, _ => DescriptorGrowth);
        Check("threads", sample => sample.Threads, _ => ThreadGrowth);

        void Check(string what, Func<ProcessSample, double> measure, Func<double, double> bound)
        {
            var (was, became) = (Median(before.Select(measure)), Median(after.Select(measure)));
            var said = string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: {was:0.0} {what} in the third quarter, {became:0.0} in the last; at most {was + bound(was):0.0} are allowed"
            );
            output.WriteLine(said);
            Assert.True(became <= was + bound(was), said);
        }
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
