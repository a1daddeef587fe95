namespace Keyhold.Server.Hosting;

/// <summary>
/// Whether the server is sealed, and the way from one to the other. Sealing takes effect for new requests at once, gives
/// those that run the sign to end, and is done when every key is cleared.
/// </summary>
internal sealed class SealSwitch(SealedFolder folder, Func<OpenedFolder, CancellationToken, ValueTask<Parts>> assemble)
    : IAsyncDisposable
{
    /// <summary>Requests end within milliseconds; only a derivation of a key or a hanging disk takes longer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim turns = new(1);
    private volatile Unsealed? current;

    public bool IsSealed => current is null;

    /// <summary>Null while the server is sealed.</summary>
    public UnsealedUse? TryUse() => current is { } unsealed && unsealed.TryHold() ? new UnsealedUse(unsealed) : null;

    /// <summary>False when it was unsealed already. Throws as <see cref="SealedFolder.UnsealAsync"/> does.</summary>
    public Task<bool> UnsealAsync(ReadOnlyMemory<byte> passphrase, CancellationToken stop) =>
        UnsealAsync(async token => await folder.UnsealAsync(passphrase, token), stop);

    /// <summary>At the start: as the options say. Stays sealed when nobody is there to give the passphrase.</summary>
    public Task<bool> UnsealByAskingAsync(CancellationToken stop) =>
        UnsealAsync(async token => await folder.UnsealByAskingAsync(token), stop);

    public async Task<SealOutcome> SealAsync()
    {
        await turns.WaitAsync();
        try
        {
            if (Interlocked.Exchange(ref current, null) is not { } was)
            {
                return SealOutcome.WasSealed;
            }

            if (!await was.EndAsync(Patience))
            {
                return SealOutcome.StillRunning;
            }

            was.Dispose();
            return SealOutcome.Sealed;
        }
        finally
        {
            turns.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await SealAsync();
        turns.Dispose();
    }

    private async Task<bool> UnsealAsync(Func<CancellationToken, Task<OpenedFolder?>> open, CancellationToken stop)
    {
        await turns.WaitAsync(stop);
        try
        {
            if (current is not null || await open(stop) is not { } opened)
            {
                return false;
            }

            try
            {
                current = new Unsealed(opened, await assemble(opened, stop));
                return true;
            }
            catch
            {
                opened.Ring.Dispose();
                throw;
            }
        }
        finally
        {
            turns.Release();
        }
    }
}
