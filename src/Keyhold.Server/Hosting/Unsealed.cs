using Keyhold.Server.Audit;
using Keyhold.Storage;

namespace Keyhold.Server.Hosting;

/// <summary>
/// Everything that exists only while the server is unsealed: the key ring and the parts that use it. Requests hold it
/// while they run; it is cleared when it was ended and the last one has let go, never before.
/// </summary>
internal sealed class Unsealed : IDisposable
{
    private readonly CancellationTokenSource ending = new();
    private readonly TaskCompletionSource gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int holds = 1;

    public Unsealed(OpenedFolder folder, Parts parts)
    {
        Folder = folder;
        Parts = parts;
        Ending = ending.Token;
    }

    public OpenedFolder Folder { get; }

    public Parts Parts { get; }

    /// <summary>Cancelled when it is ended: what waits should give up, what has begun to write may finish.</summary>
    public CancellationToken Ending { get; }

    /// <summary>Ends when all keys are cleared.</summary>
    public Task Gone => gone.Task;

    /// <summary>False when it is ended.</summary>
    public bool TryHold()
    {
        var seen = Volatile.Read(ref holds);
        while (seen > 0 && !Ending.IsCancellationRequested)
        {
            var before = Interlocked.CompareExchange(ref holds, seen + 1, seen);
            if (before == seen)
            {
                return true;
            }

            seen = before;
        }

        return false;
    }

    public void LetGo()
    {
        if (Interlocked.Decrement(ref holds) == 0)
        {
            _ = ClearAsync();
        }
    }

    /// <summary>Ends it. True when all keys are cleared; false when something still runs after so long.</summary>
    public async Task<bool> EndAsync(TimeSpan patience)
    {
        await ending.CancelAsync();
        LetGo();
        await Task.WhenAny(gone.Task, Task.Delay(patience));
        return gone.Task.IsCompleted;
    }

    private async Task ClearAsync()
    {
        try
        {
            await Parts.Account.FlushAsync(CancellationToken.None);
            await Folder.Trail.SealAsync();
        }
        catch (Exception passing) when (passing is StorageUnavailableException or AuditUnavailableException)
        {
            // When a key was used last, or a checkpoint, could not be written. That must not keep keys in memory.
        }
        finally
        {
            Parts.Dispose();
            Folder.Ring.Dispose();
            gone.SetResult();
        }
    }

    public void Dispose() => ending.Dispose();
}
