using Keyhold.Crypto.Sealing;
using Keyhold.Server.Hosting;
using Keyhold.Storage;
using Keyhold.Storage.KeyRings;

namespace Keyhold.Server.RootKeys;

/// <summary>
/// Takes ring keys that another node made into this node's ring. The root key is opened again for that, from where it is;
/// one that is made of a passphrase, which nobody is there to give, is kept from the unsealing on, and cleared with the ring.
/// </summary>
internal sealed class RingFollower(Database database, KeyRing ring, Func<RootKeyPlace> place, IRootKey? kept)
    : IDisposable
{
    private readonly KeyRingStore store = new(database);
    private readonly SemaphoreSlim turns = new(1);
    private IRootKey? kept = kept;

    /// <summary>
    /// The ring is under another root key from now on, which is kept when it is made of a passphrase; the one before is
    /// cleared.
    /// </summary>
    public async ValueTask ExchangeAsync(IRootKey? made)
    {
        await turns.WaitAsync();
        kept?.Dispose();
        kept = made;
        turns.Release();
    }

    /// <summary><see cref="StorageUnavailableException"/> when there is a key that the root key does not open.</summary>
    public async ValueTask FollowAsync(CancellationToken stop)
    {
        await turns.WaitAsync(stop);
        try
        {
            var rows = await store.ListAsync(stop);
            var missing = rows.Where(row => !ring.Has(row.Id)).ToList();
            if (missing.Count > 0)
            {
                await AddAsync(missing, stop);
            }
        }
        catch (Exception refused)
            when (refused is SealException or StartException or RootKeyException or WrongPassphraseException)
        {
            throw new StorageUnavailableException(
                $"Another node made a new data key, which this node cannot open: {refused.Message} Seal and unseal this node, "
                    + "or start it anew with the root key of now.",
                refused
            );
        }
        finally
        {
            turns.Release();
        }
    }

    public void Dispose()
    {
        kept?.Dispose();
        turns.Dispose();
    }

    private async ValueTask AddAsync(List<KeyRingRow> missing, CancellationToken stop)
    {
        if (kept is not null)
        {
            Add(kept, missing);
            return;
        }

        var recorded = await store.ListRootKeysAsync(stop);
        using var rootKey = await Task.Run(
            () => RootKeySource.Open(place(), missing[0].RootKeyId, recorded, ReadOnlySpan<byte>.Empty),
            stop
        );
        Add(rootKey, missing);
    }

    private void Add(IRootKey rootKey, List<KeyRingRow> missing)
    {
        foreach (var key in RingRows.ToKeys(missing))
        {
            ring.Add(rootKey, key);
        }
    }
}
