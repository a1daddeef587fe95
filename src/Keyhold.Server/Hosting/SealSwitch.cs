namespace Keyhold.Server.Hosting;

/// <summary>
/// Whether the server is sealed, and the way from one to the other. Sealing takes effect for new requests at once, gives
/// those that run the sign to end, and is done when every key is cleared.
/// </summary>
internal sealed class SealSwitch(
    SealedFolder folder,
    Func<OpenedFolder, CancellationToken, ValueTask<Parts>> assemble,
    TimeSpan? patience = null
) : IAsyncDisposable
{
    /// <summary>Requests end within milliseconds; only a derivation of a key or a hanging disk takes longer.</summary>
    private readonly TimeSpan patience = patience ?? TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim turns = new(1);
    private volatile Unsealed? current;

    /// <summary>What was sealed last and has not let go of its keys. Until it has, nothing may be opened beside it.</summary>
    private volatile Unsealed? ending;

    public bool IsSealed => current is null;

    /// <summary>Ends when what was sealed last has cleared its keys and uses the folder no more.</summary>
    public Task Gone => ending?.Gone ?? Task.CompletedTask;

    /// <summary>Null while the server is sealed.</summary>
    public UnsealedUse? TryUse() => current is { } unsealed && unsealed.TryHold() ? new UnsealedUse(unsealed) : null;

    /// <summary>
    /// False when it was unsealed already. Throws as <see cref="SealedFolder.UnsealAsync"/> does, and
    /// <see cref="StartException"/> while what was sealed before still runs.
    /// </summary>
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
            if (Interlocked.Exchange(ref current, null) is { } was)
            {
                ending = was;
                await was.EndAsync();
            }
            else if (ending is null)
            {
                return SealOutcome.WasSealed;
            }

            return await IsGoneAsync(CancellationToken.None) ? SealOutcome.Sealed : SealOutcome.StillRunning;
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
            if (current is not null)
            {
                return false;
            }

            if (!await IsGoneAsync(stop))
            {
                throw new StartException(
                    "The server is still being sealed: requests that run hold its keys.",
                    "Try again when they have ended, or start the server anew."
                );
            }

            if (await open(stop) is not { } opened)
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
                await folder.SealAgainAsync(opened.ClearKeys);
                throw;
            }
        }
        finally
        {
            turns.Release();
        }
    }

    /// <summary>Whether what was sealed last is gone, which it is given some time for. In one's turn only.</summary>
    private async Task<bool> IsGoneAsync(CancellationToken stop)
    {
        if (ending is not { } last)
        {
            return true;
        }

        await Task.WhenAny(last.Gone, Task.Delay(patience, stop));
        if (!last.Gone.IsCompleted)
        {
            return false;
        }

        last.Dispose();
        ending = null;
        return true;
    }
}
