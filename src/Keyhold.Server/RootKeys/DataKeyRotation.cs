using Keyhold.Crypto.Sealing;
using Keyhold.Server.Hosting;
using Keyhold.Server.Vault;
using Keyhold.Storage;
using Keyhold.Storage.KeyRings;
using Keyhold.Storage.Resealing;

namespace Keyhold.Server.RootKeys;

/// <summary>
/// A rotation of the data key: a new ring key for everything written from now on, then every row moved to it, batch by
/// batch, each its own transaction. What is not moved still opens with its older key, so it may be stopped or killed at
/// any moment; a note in the database makes it go on.
/// </summary>
internal sealed class DataKeyRotation(OpenedFolder folder, Installation installation, TimeProvider time)
{
    /// <summary>Rows in one transaction: some ten milliseconds, for which other writers wait.</summary>
    private const int BatchSize = 64;

    /// <summary>A pass finds what was written under the old key while the one before ran; more would mean something is wrong.</summary>
    private const int MaximumPasses = 20;

    /// <summary>One node at a time makes data keys and moves rows to them.</summary>
    public const string Job = "rotate-data-key";

    private readonly KeyRingStore store = new(folder.Database);
    private readonly ResealStore rows = new(folder.Database, new RowResealer(folder.Ring, installation));

    /// <summary>The turn to rotate; <see cref="StartException"/> while another node has it.</summary>
    public static async ValueTask<JobLock> BeginJobAsync(Database database, CancellationToken stop) =>
        await database.TryLockAsync(Job, stop)
        ?? throw new StartException(
            "Another node rotates the data key now.",
            "Wait until it is done: keyhold status on that node says how far it is."
        );

    public ValueTask<bool> IsUnfinishedAsync(CancellationToken stop) => store.IsRotatingAsync(stop);

    /// <summary>
    /// Adds a key to the ring, with the calling flow's audit intent, and puts it into use. Nothing is moved yet.
    /// <paramref name="name"/> is told the key's id before it is stored, so that the intent can name it.
    /// </summary>
    public async Task AddKeyAsync(IRootKey root, Action<int> name, CancellationToken stop)
    {
        var key = folder.Ring.MakeNextKey(root, time.GetUtcNow());
        name(key.Id);

        // What does not open again must not be stored.
        KeyRing.Open(root, [key]).Dispose();
        if (!await new KeyRingStore(folder.IntendingDatabase).AddNextAsync(RingRows.ToRow(key), stop))
        {
            throw new StartException(
                "The key ring is under another root key since it was opened here, so no data key was added.",
                "Rotate on the node that changed the root key, or start this one anew with the new --root-key."
            );
        }

        folder.Ring.Add(root, key);
    }

    /// <summary>Moves every row, and tells after each batch how far it has come.</summary>
    public async Task<RotationProgress> MoveAllAsync(Action<RotationProgress> tell, CancellationToken stop)
    {
        var progress = new RotationProgress(0, await rows.CountDueAsync(stop), [], IsFinished: false);
        tell(progress);
        for (var pass = 0; pass < MaximumPasses; pass++)
        {
            var before = progress.Done;
            progress = await MoveOnceAsync(progress with { LeftBehind = [] }, tell, stop);
            if (progress.Done == before)
            {
                await store.EndRotationAsync(stop);
                progress = progress with { IsFinished = true };
                tell(progress);
                return progress;
            }
        }

        throw new InvalidOperationException("Rows under an older ring key keep coming: does something write with it?");
    }

    private async Task<RotationProgress> MoveOnceAsync(
        RotationProgress progress,
        Action<RotationProgress> tell,
        CancellationToken stop
    )
    {
        ResealPlace? place = ResealPlace.Start;
        while (place is not null)
        {
            stop.ThrowIfCancellationRequested();
            var step = await rows.MoveAsync(place, BatchSize, stop);
            var done = progress.Done + step.Moved;
            progress = progress with
            {
                Done = done,
                Total = Math.Max(progress.Total, done),
                LeftBehind = [.. progress.LeftBehind, .. step.LeftBehind],
            };
            tell(progress);
            place = step.Next;
        }

        return progress;
    }
}
