using Keyhold.Crypto.Sealing;
using Keyhold.Server.Audit;
using Keyhold.Server.RootKeys;
using Keyhold.Server.Vault;
using Keyhold.Storage;
using Keyhold.Storage.KeyRings;
using Keyhold.Storage.Resealing;

namespace Keyhold.Server.Hosting;

/// <summary>Rotations on a data folder whose server is stopped.</summary>
public sealed class OfflineKeys : IAsyncDisposable
{
    private readonly SealedFolder folder;
    private readonly ServerOptions options;
    private readonly TimeProvider time;

    private OfflineKeys(SealedFolder folder, ServerOptions options, TimeProvider time)
    {
        this.folder = folder;
        this.options = options;
        this.time = time;
    }

    /// <summary>Whether the root key in force is made of a passphrase, which the methods below then need.</summary>
    public bool NeedsPassphrase => folder.NeedsPassphrase;

    /// <summary>Opens and locks the folder; <see cref="StartException"/> when a server uses it.</summary>
    public static async Task<OfflineKeys> OpenAsync(ServerOptions options, TimeProvider time, CancellationToken stop)
    {
        options = options with { Dev = false };
        return new(await SealedFolder.OpenAsync(options, time, stop), options, time);
    }

    /// <summary>
    /// Adds a data key and moves everything to it; goes on with a rotation that has not come to its end instead. With
    /// <paramref name="retire"/> the older keys are deleted when nothing refers to them any more.
    /// </summary>
    public async Task<RotationProgress> RotateDataKeyAsync(
        ReadOnlyMemory<byte> passphrase,
        bool retire,
        Action<RotationProgress> tell,
        CancellationToken stop
    )
    {
        ArgumentNullException.ThrowIfNull(tell);
        return await OfflineFailure.ExplainAsync(() =>
            RecordedRotation.RunAsync(
                folder.Trail,
                CommandEvent.Of("RotateDataKey", ("retire", retire ? "true" : "false")),
                async parameters =>
                {
                    await using var job = await DataKeyRotation.BeginJobAsync(folder.Database, stop);
                    await using var alone = retire ? await RequireAloneAsync(stop) : null;
                    using var rootKey = await folder.OpenRootKeyAsync(passphrase, stop);
                    var opened = await folder.UnsealAsync(passphrase, stop);
                    using var keys = new Cleared(opened);
                    var installation = new Installation(options.Region, options.AccountId);
                    var rotation = new DataKeyRotation(opened, installation, time);
                    if (await rotation.IsUnfinishedAsync(stop))
                    {
                        parameters.Add(("dataKeyId", $"{opened.Ring.CurrentKeyId}"));
                    }
                    else
                    {
                        await rotation.AddKeyAsync(rootKey, id => parameters.Add(("dataKeyId", $"{id}")), stop);
                    }

                    var end = await rotation.MoveAllAsync(tell, stop);
                    parameters.Add(("leftBehind", $"{end.LeftBehind.Count}"));
                    if (retire)
                    {
                        await RetireAsync(opened, installation, stop);
                    }

                    return end;
                }
            )
        );
    }

    /// <summary>Seals the ring by another root key; what to tell about it.</summary>
    public async Task<string> RotateRootKeyAsync(
        RootKeyPlace to,
        ReadOnlyMemory<byte> passphrase,
        ReadOnlyMemory<byte> newPassphrase,
        CancellationToken stop
    )
    {
        ArgumentNullException.ThrowIfNull(to);
        return await OfflineFailure.ExplainAsync(() =>
            RecordedRotation.RunAsync(
                folder.Trail,
                CommandEvent.Of("RotateRootKey", ("to", to.Text)),
                async parameters =>
                {
                    using var rootKey = await folder.OpenRootKeyAsync(passphrase, stop);
                    using var made = await RootKeyRotation.RunAsync(
                        folder.Database,
                        rootKey,
                        to,
                        newPassphrase,
                        id => parameters.Add(("rootKeyId", id)),
                        stop
                    );
                    return RootKeyChange.Tell(folder.RootKey, to, made.Id);
                }
            )
        );
    }

    public ValueTask DisposeAsync() => folder.DisposeAsync();

    private async ValueTask<JobLock> RequireAloneAsync(CancellationToken stop) =>
        await folder.Database.TryLockAloneAsync(stop)
        ?? throw new StartException(
            "Other nodes run on this database, and could still write under an older data key.",
            "Stop them and run it again, or leave out --retire."
        );

    /// <summary>Only with the database to itself: a request that runs could still write under an older key.</summary>
    private static async Task RetireAsync(OpenedFolder opened, Installation installation, CancellationToken stop)
    {
        var rows = new ResealStore(opened.Database, new RowResealer(opened.Ring, installation));
        if (await rows.CountDueAsync(stop) is > 0 and var due)
        {
            throw new StartException(
                $"{due} rows are under older data keys and cannot be moved, so those keys stay.",
                "Restore these rows from a backup or delete them, then run it again."
            );
        }

        await new KeyRingStore(opened.IntendingDatabase).RetireBeforeAsync(opened.Ring.CurrentKeyId, stop);
    }

    private sealed class Cleared(OpenedFolder opened) : IDisposable
    {
        public void Dispose() => opened.ClearKeys();
    }
}
