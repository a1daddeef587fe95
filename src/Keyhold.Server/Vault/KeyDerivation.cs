using Keyhold.Protocol;

namespace Keyhold.Server.Vault;

/// <summary>
/// Where derivations of keys from passphrases run: they take some hundred milliseconds on purpose. Threads of their
/// own, one a processor at a time, so that no other request waits for them; a long queue is refused.
/// </summary>
internal sealed class KeyDerivation : IDisposable
{
    /// <summary>With these before it, a request would wait some ten seconds.</summary>
    private const int MaximumWaiting = 64;

    private readonly SemaphoreSlim turns = new(Environment.ProcessorCount);
    private int waiting;

    public void Dispose() => turns.Dispose();

    public async ValueTask<T> RunAsync<T>(Func<T> work, CancellationToken stop)
    {
        if (Interlocked.Increment(ref waiting) > MaximumWaiting)
        {
            Interlocked.Decrement(ref waiting);
            throw new ApiException(ErrorCodes.RejectedThrottling);
        }

        try
        {
            await turns.WaitAsync(stop);
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }

        try
        {
            return await Task.Factory.StartNew(
                work,
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default
            );
        }
        finally
        {
            turns.Release();
        }
    }
}
