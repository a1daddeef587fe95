using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Keyhold.Crypto.Keys;

/// <summary>
/// A small stock of RSA keys made ahead, since making one takes some hundred milliseconds. Keys are made by threads of
/// the pool's own, one a processor, so that a burst of takers slows nothing but itself. Each key is handed out once.
/// </summary>
public sealed class KeyPool : IDisposable
{
    private readonly ConcurrentQueue<PrivateKey> ready = new();
    private readonly ConcurrentQueue<TaskCompletionSource<PrivateKey>> takers = new();
    private readonly SemaphoreSlim missing;
    private readonly CancellationTokenSource stopping = new();
    private readonly int stock;
    private readonly Thread[] makers;
    private int disposed;

    public KeyPool(int rsaKeysReady)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rsaKeysReady);
        stock = rsaKeysReady;
        missing = new SemaphoreSlim(rsaKeysReady);
        makers = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => StartMaker())];
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

        var taker = new TaskCompletionSource<PrivateKey>(TaskCreationOptions.RunContinuationsAsynchronously);
        takers.Enqueue(taker);
        missing.Release();
        if (Volatile.Read(ref disposed) != 0)
        {
            taker.TrySetException(new ObjectDisposedException(nameof(KeyPool)));
        }

        return WaitAsync(taker, stop);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
        {
            return;
        }

        stopping.Cancel();
        foreach (Thread maker in makers)
        {
            maker.Join();
        }

        while (takers.TryDequeue(out TaskCompletionSource<PrivateKey>? taker))
        {
            taker.TrySetException(new ObjectDisposedException(nameof(KeyPool)));
        }

        while (ready.TryDequeue(out PrivateKey? key))
        {
            key.Dispose();
        }

        // The semaphore holds nothing of the system, and a take that runs beside this may still release it.
        stopping.Dispose();
    }

    /// <summary>A taker that gives up leaves its place; the key then made goes to the next one.</summary>
    private static async ValueTask<PrivateKey> WaitAsync(TaskCompletionSource<PrivateKey> taker, CancellationToken stop)
    {
        using (stop.Register(() => taker.TrySetCanceled(stop)))
        {
            return await taker.Task.ConfigureAwait(false);
        }
    }

    private Thread StartMaker()
    {
        var maker = new Thread(Make)
        {
            IsBackground = true,
            Name = "Key pool",
            Priority = ThreadPriority.Lowest,
        };
        maker.Start();
        return maker;
    }

    private void Make()
    {
        try
        {
            while (true)
            {
                missing.Wait(stopping.Token);
                MakeOne();
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed: what is ready is cleared there.
        }
    }

    private void MakeOne()
    {
        try
        {
            HandOut(PrivateKey.Generate(KeySpec.Rsa2048));
        }
        catch (CryptographicException fault)
        {
            // A taker meets the fault where it can be reported; without one, the next take tries again.
            if (takers.TryDequeue(out TaskCompletionSource<PrivateKey>? taker))
            {
                taker.TrySetException(fault);
            }
        }
    }

    private void HandOut(PrivateKey key)
    {
        while (takers.TryDequeue(out TaskCompletionSource<PrivateKey>? taker))
        {
            if (taker.TrySetResult(key))
            {
                return;
            }
        }

        if (ready.Count < stock)
        {
            ready.Enqueue(key);
        }
        else
        {
            key.Dispose();
        }
    }
}
