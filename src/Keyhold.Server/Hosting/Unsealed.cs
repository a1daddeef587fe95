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

    /// <summary>Ends it, once. <see cref="Gone"/> says when that has come true.</summary>
    public async Task EndAsync()
    {
        await ending.CancelAsync();
        LetGo();
    }

    private async Task ClearAsync()
    {
        try
        {
            await FlushAsync();
            await Folder.Trail.SealAsync();
        }
        catch (AuditUnavailableException)
        {
            // A checkpoint could not be written. That must not keep keys in memory.
        }
        finally
        {
            try
            {
                Parts.Dispose();
            }
            finally
            {
                Folder.ClearKeys();
                gone.SetResult();
            }
        }
    }

    private async Task FlushAsync()
    {
        try
        {
            await Parts.Account.FlushAsync(CancellationToken.None);
        }
        catch (StorageUnavailableException)
        {
            // When a key was used last could not be written. The trail's key is to go all the same.
        }
    }

    public void Dispose() => ending.Dispose();
}
