using Keyhold.Crypto.Sealing;
using Keyhold.Server.Hosting;
using Keyhold.Storage;
using Microsoft.Extensions.Logging;

namespace Keyhold.Server.RootKeys;

/// <summary>
/// Rotations on a running server, one at a time. Moving rows to a new data key goes on in the background, ends when the
/// server is sealed or stops, and goes on after the next unsealing.
/// </summary>
internal sealed partial class RotationDesk(
    SealSwitch seal,
    SealedFolder folder,
    Installation installation,
    ILogger logger,
    TimeProvider time
) : IAsyncDisposable
{
    private readonly SemaphoreSlim turns = new(1);
    private volatile RotationProgress? progress;
    private Task background = Task.CompletedTask;

    /// <summary>How far the last rotation of the data key has come; null when there was none since the start.</summary>
    public RotationProgress? Progress => progress;

    /// <summary>Ends when everything is moved, or when moving stops.</summary>
    public Task Moving => background;

    /// <summary>
    /// Puts a new data key into use and begins to move everything to it; goes on with a rotation that has not come to
    /// its end instead. False in that case. <paramref name="name"/> is told the new key's id before it is stored.
    /// </summary>
    public async Task<bool> BeginDataKeyAsync(ReadOnlyMemory<byte> passphrase, Action<int> name, CancellationToken stop)
    {
        await turns.WaitAsync(stop);
        try
        {
            using var use = seal.TryUse() ?? throw IsSealed();
            if (!background.IsCompleted)
            {
                // Its own, which goes on.
                return false;
            }

            var job = await DataKeyRotation.BeginJobAsync(folder.Database, stop);
            var unfinished = false;
            try
            {
                await use.Folder.FollowRingAsync(stop);
                var rotation = new DataKeyRotation(use.Folder, installation, time);
                unfinished = await rotation.IsUnfinishedAsync(stop);
                if (!unfinished)
                {
                    using var rootKey = await folder.OpenRootKeyAsync(passphrase, stop);
                    await rotation.AddKeyAsync(rootKey, name, stop);
                }
            }
            catch
            {
                await job.DisposeAsync();
                throw;
            }

            progress = null;
            background = Task.Run(() => MoveAllAsync(job), CancellationToken.None);
            return !unfinished;
        }
        finally
        {
            turns.Release();
        }
    }

    /// <summary>After each unsealing: a rotation that was stopped on its way goes on, unless another node goes on with it.</summary>
    public async Task ResumeAsync(CancellationToken stop)
    {
        await turns.WaitAsync(stop);
        try
        {
            using var use = seal.TryUse();
            if (
                use is not null
                && background.IsCompleted
                && await new DataKeyRotation(use.Folder, installation, time).IsUnfinishedAsync(stop)
                && await folder.Database.TryLockAsync(DataKeyRotation.Job, stop) is { } job
            )
            {
                background = Task.Run(() => MoveAllAsync(job), CancellationToken.None);
            }
        }
        finally
        {
            turns.Release();
        }
    }

    /// <summary>
    /// Seals the ring by another root key, and remembers its place for the next unsealing. <paramref name="name"/> is
    /// told the new root key's id before anything is sealed by it.
    /// </summary>
    public async Task<string> ChangeRootKeyAsync(
        RootKeyPlace to,
        ReadOnlyMemory<byte> passphrase,
        ReadOnlyMemory<byte> newPassphrase,
        Action<string> name,
        CancellationToken stop
    )
    {
        await turns.WaitAsync(stop);
        try
        {
            using var rootKey = await folder.OpenRootKeyAsync(passphrase, stop);
            var made = await RootKeyRotation.RunAsync(folder.Database, rootKey, to, newPassphrase, name, stop);
            var id = made.Id;
            using var use = seal.TryUse();
            await folder.ChangeRootKeyAsync(to, made, use?.Folder);
            return id;
        }
        finally
        {
            turns.Release();
        }
    }

    /// <summary>To be called after sealing, which ends what runs in the background.</summary>
    public async ValueTask DisposeAsync()
    {
        await background;
        turns.Dispose();
    }

    private async Task MoveAllAsync(JobLock job)
    {
        await using var turn = job;
        using var use = seal.TryUse();
        if (use is null)
        {
            return;
        }

        try
        {
            var rotation = new DataKeyRotation(use.Folder, installation, time);
            var end = await rotation.MoveAllAsync(now => progress = now, use.Ending);
            if (end.LeftBehind.Count > 0)
            {
                Log.LeftBehind(logger, string.Join(", ", end.LeftBehind));
            }
        }
        catch (OperationCanceledException) when (use.Ending.IsCancellationRequested)
        {
            progress = Stopped("The server was sealed; the rotation goes on when it is unsealed.");
        }
#pragma warning disable CA1031 // In the background nobody hears an exception: it is logged, and shown by status.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Log.Stopped(logger, failure);
            progress = Stopped($"{failure.Message} It goes on with keyhold rotate data-key, or at the next start.");
        }
    }

    private RotationProgress Stopped(string reason) =>
        (progress ?? new RotationProgress(0, 0, [], IsFinished: false)) with
        {
            Failure = reason,
        };

    private static StartException IsSealed() => new("The server is sealed.", "Unseal it first, with keyhold unseal.");

    private static partial class Log
    {
        [LoggerMessage(1011, LogLevel.Error, "Rows that fail their HMAC stay under the old data key: {Rows}")]
        public static partial void LeftBehind(ILogger logger, string rows);

        [LoggerMessage(1012, LogLevel.Error, "The rotation of the data key stopped.")]
        public static partial void Stopped(ILogger logger, Exception failure);
    }
}
