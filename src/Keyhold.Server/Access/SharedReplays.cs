using Keyhold.Protocol.Rpc;
using Keyhold.Protocol.Signing;
using Keyhold.Storage;
using Keyhold.Storage.Replays;

namespace Keyhold.Server.Access;

/// <summary>
/// What the nodes of one database have accepted, remembered together: a request that one has answered is refused by all.
/// Costs a write to the database for each request with a nonce.
/// </summary>
internal sealed class SharedReplays : IDisposable
{
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(1);

    private readonly ReplayStore store;
    private readonly TimeProvider time;
    private readonly ITimer timer;

    public SharedReplays(ReplayStore store, TimeProvider time)
    {
        this.store = store;
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

    private async Task SweepAsync()
    {
        try
        {
            await store.DeleteBeforeAsync(time.GetUtcNow(), CancellationToken.None);
        }
        catch (StorageUnavailableException)
        {
            // The next minute does it.
        }
    }
}
