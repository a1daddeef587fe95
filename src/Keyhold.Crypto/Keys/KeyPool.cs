using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Keyhold.Crypto.Keys;

/// <summary>
/// A small stock of RSA keys made ahead by one thread of low priority, since making one takes some hundred
/// milliseconds. Each key is handed out once. An empty stock never makes one caller wait for another's key.
/// </summary>
public sealed class KeyPool : IDisposable
{
    private readonly ConcurrentQueue<PrivateKey> ready = new();
    private readonly SemaphoreSlim missing;
    private readonly CancellationTokenSource stop = new();
    private readonly Thread? filler;
    private int disposed;

    public KeyPool(int rsaKeysReady)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rsaKeysReady);
        missing = new SemaphoreSlim(rsaKeysReady);
        if (rsaKeysReady > 0)
        {
            filler = new Thread(Fill)
            {
                IsBackground = true,
                Name = "Key pool",
                Priority = ThreadPriority.Lowest,
            };
            filler.Start();
        }
    }

    /// <summary>How many RSA keys wait to be taken.</summary>
    public int RsaKeysReady => ready.Count;

    /// <summary>A new key, the caller's own from here on.</summary>
    public ValueTask<PrivateKey> TakeAsync(KeySpec spec, CancellationToken stop)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref disposed) != 0, this);
        stop.ThrowIfCancellationRequested();
        if (spec != KeySpec.Rsa2048)
        {
            return ValueTask.FromResult(PrivateKey.Generate(spec));
        }

        if (ready.TryDequeue(out PrivateKey? key))
        {
            missing.Release();
            return ValueTask.FromResult(key);
        }

        return new ValueTask<PrivateKey>(Task.Run(() => PrivateKey.Generate(KeySpec.Rsa2048), stop));
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
        {
            return;
        }

        stop.Cancel();
        filler?.Join();
        while (ready.TryDequeue(out PrivateKey? key))
        {
            key.Dispose();
        }

        // The semaphore holds nothing of the system, and a take that runs beside this may still release it.
        stop.Dispose();
    }

    private void Fill()
    {
        try
        {
            while (true)
            {
                missing.Wait(stop.Token);
                ready.Enqueue(PrivateKey.Generate(KeySpec.Rsa2048));
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed: what is ready is cleared there.
        }
        catch (CryptographicException)
        {
            // Without a stock every taker makes its own key and meets the fault where it can be reported.
        }
    }
}
