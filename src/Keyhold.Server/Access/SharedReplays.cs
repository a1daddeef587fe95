using Keyhold.Protocol.Rpc;
using Keyhold.Protocol.Signing;
using Keyhold.Storage;
using Keyhold.Storage.Replays;
using Microsoft.Extensions.Logging;

namespace Keyhold.Server.Access;

/// <summary>
/// What the nodes of one database have accepted, remembered together: a request that one has answered is refused by all.
/// Costs a write to the database for each request with a nonce.
/// </summary>
internal sealed partial class SharedReplays : IDisposable
{
    private const string Job = "forget-requests";

    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(1);

    private readonly Database database;
    private readonly ReplayStore store;
    private readonly ILogger logger;
    private readonly TimeProvider time;
    private readonly ITimer timer;

    public SharedReplays(Database database, ILogger logger, TimeProvider time)
    {
        this.database = database;
        this.logger = logger;
        store = new ReplayStore(database);
        this.time = time;
        timer = time.CreateTimer(
            static state => _ = ((SharedReplays)state!).SweepAsync(),
            this,
            SweepEvery,
            SweepEvery
        );
    }

    /// <summary>Refuses what another node, or this one before a restart, has accepted already.</summary>
    public async ValueTask CheckAsync(RpcRequest request, bool changesState, CancellationToken stop)
    {
        if (
            SignatureVerifier.FingerprintOf(request, changesState) is var (fingerprint, until)
            && !await store.AddAsync(fingerprint, until, stop)
        )
        {
            throw SignatureVerifier.Repeated(request);
        }
    }

    public void Dispose() => timer.Dispose();

    /// <summary>One node at a time: two would only stand in each other's way.</summary>
    private async Task SweepAsync()
    {
        try
        {
            await using var turn = await database.TryLockAsync(Job, CancellationToken.None);
            while (
                turn is not null
                && await store.DeleteSomeBeforeAsync(time.GetUtcNow(), CancellationToken.None) == ReplayStore.SweepSize
            )
            {
                // There are more.
            }
        }
#pragma warning disable CA1031 // Runs beside the requests: no failure of it may end the process.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Log.NotSwept(logger, failure);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            1202,
            LogLevel.Warning,
            "Accepted requests could not be forgotten; it is tried again in a minute."
        )]
        public static partial void NotSwept(ILogger logger, Exception error);
    }
}
