using System.Collections.Concurrent;
using System.Diagnostics;
using Keyhold.Storage;
using Keyhold.Storage.Certificates;
using Keyhold.Storage.Postgres;

namespace Keyhold.Server.Tests.Storage.Postgres;

/// <summary>The server dies or stops answering under load; Keyhold refuses meanwhile, and goes on by itself.</summary>
public sealed class PostgresFaultTests : IAsyncLifetime
{
    // The bound is 5 seconds; the rest is for machines that have much else to do.
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(8);

    private readonly ConcurrentDictionary<string, bool> answered = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<Exception> failures = new();
    private PostgresServer server = null!;
    private PostgresDatabase database = null!;
    private CertificateStore certificates = null!;
    private TimeSpan longest;

    public async ValueTask InitializeAsync()
    {
        server = await PostgresServer.StartAsync(isDurable: true);
        await server.AskAsync("postgres", "CREATE DATABASE keyhold");
        database = await PostgresDatabase.OpenAsync(server.ConnectionString("keyhold"), migrate: true, default);
        certificates = new CertificateStore(database, new TestRowAuthenticator());
    }

    public async ValueTask DisposeAsync()
    {
        if (database is not null)
        {
            await database.DisposeAsync();
        }

        if (server is not null)
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_server_killed_under_load_loses_no_answered_write_and_is_used_again_once_it_is_back()
    {
        await UnderLoadAsync(async () =>
        {
            for (var kill = 0; kill < 2; kill++)
            {
                await WaitForAnswersAsync(answered.Count + 50);
                await server.KillAsync();
                await WaitForFailuresAsync(failures.Count + 20);
                await server.RunAsync();
            }

            await WaitForAnswersAsync(answered.Count + 50);
        });

        await VerifyAsync();
    }

    [Fact]
    public async Task A_server_that_stops_answering_leaves_nobody_hanging_and_is_used_again_once_it_goes_on()
    {
        await UnderLoadAsync(async () =>
        {
            await WaitForAnswersAsync(50);
            await server.SignalAsync("STOP");
            try
            {
                await WaitForFailuresAsync(10);
            }
            finally
            {
                await server.SignalAsync("CONT");
            }

            await WaitForAnswersAsync(answered.Count + 50);
        });

        await VerifyAsync();
    }

    [Fact]
    public async Task Connections_that_died_unseen_while_nobody_used_them_are_replaced_without_a_failure()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => database.PingAsync(default).AsTask()));
        await server.KillAsync();
        await server.RunAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => database.PingAsync(default).AsTask()));
        await certificates.AddAsync(Sample.Certificate(), null, default);
    }

    private async Task UnderLoadAsync(Func<Task> disturb)
    {
        using var end = new CancellationTokenSource();
        var load = Enumerable.Range(0, 8).Select(number => Task.Run(() => WorkAsync(number, end.Token))).ToArray();
        try
        {
            await disturb();
        }
        finally
        {
            await end.CancelAsync();
            await Task.WhenAll(load);
        }
    }

    private async Task WorkAsync(int worker, CancellationToken end)
    {
        for (var number = 0; !end.IsCancellationRequested; number++)
        {
            var id = $"{worker}-{number}";
            var started = Stopwatch.GetTimestamp();
            try
            {
                await certificates.AddAsync(Sample.Certificate(id), null, default);
                Assert.NotNull(await certificates.FindAsync(id, default));
                answered[id] = true;
            }
            catch (Exception failure)
            {
                failures.Enqueue(failure);
                await Task.Delay(10, CancellationToken.None);
            }

            lock (failures)
            {
                // Two calls in a row, of which at most one fails.
                longest = TimeSpan.FromTicks(Math.Max(longest.Ticks, Stopwatch.GetElapsedTime(started).Ticks));
            }
        }
    }

    private async Task VerifyAsync()
    {
        Assert.Equal([typeof(StorageUnavailableException)], failures.Select(failure => failure.GetType()).Distinct());
        Assert.True(longest < LongestAnswer, $"One waited {longest} for its answer.");
        foreach (var id in answered.Keys)
        {
            Assert.NotNull(await certificates.FindAsync(id, default));
        }
    }

    private Task WaitForAnswersAsync(int count) => WaitAsync(() => answered.Count >= count);

    private Task WaitForFailuresAsync(int count) => WaitAsync(() => failures.Count >= count);

    private async Task WaitAsync(Func<bool> condition)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(
                Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(60),
                $"{answered.Count} answers, {failures.Count} failures, the last: {failures.LastOrDefault()}"
            );
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
