using System.Collections.Concurrent;
using Keyhold.Server.Access;
using Keyhold.Storage;
using Keyhold.Storage.Audit;

namespace Keyhold.Server.Audit;

/// <summary>
/// The audit trail of a data folder: what was asked and done, in a chain of lines that cannot be changed unnoticed. It
/// works without the key ring; while the ring is closed events are written and not signed (docs/audit.md).
/// </summary>
internal sealed class AuditTrail : IAsyncDisposable
{
    private static readonly TimeSpan CheckpointInterval = TimeSpan.FromMinutes(1);

    /// <summary>So many written events' intents are deleted at once.</summary>
    private const int SettledAtOnce = 128;

    private static readonly TimeSpan LongestSave = TimeSpan.FromMilliseconds(500);

    private readonly TrailFolder folder;
    private readonly AuditOptions options;
    private readonly TimeProvider time;
    private readonly SegmentWriter segments;
    private readonly TrailWriter writer;
    private readonly ITimer timer;
    private readonly ConcurrentStack<EventFields> idleFields = new();
    private readonly ConcurrentQueue<string> settled = new();
    private readonly ConcurrentQueue<string> owed = new();
    private IntentRecovery? recovery;
    private AuditKey? key;
    private bool hasKept;
    private bool isDisposed;

    private AuditTrail(
        TrailFolder folder,
        TrailTail tail,
        AuditCheckpointStore checkpoints,
        AuditOptions options,
        TimeProvider time
    )
    {
        this.folder = folder;
        this.options = options;
        this.time = time;
        Damage = tail.Damage;
        segments = new SegmentWriter(folder, tail, options, time, row => Keep(checkpoints, row));
        writer = new TrailWriter(segments);
        timer = time.CreateTimer(_ => _ = TickAsync(), state: null, CheckpointInterval, CheckpointInterval);
    }

    /// <summary>Whose chain it is.</summary>
    public string Node => folder.Node;

    /// <summary>What was wrong with the trail when it was opened; null when nothing was.</summary>
    public string? Damage { get; }

    /// <summary>Why nothing can be written now; null when the last attempt went well.</summary>
    public string? Problem => writer.Problem;

    /// <summary>How many events wait to be written.</summary>
    public int Backlog => writer.Backlog;

    /// <summary>How long the oldest of them has waited.</summary>
    public TimeSpan BacklogAge => writer.BacklogAge;

    /// <summary>Told how long each batch of events took to be on the disk.</summary>
    public Action<TimeSpan>? Written
    {
        set => writer.Written = value;
    }

    /// <summary>The fingerprint of the key that signs; null while the key ring is closed.</summary>
    public string? KeyFingerprint => key?.Fingerprint;

    /// <summary>Reads how the trail ends. The data folder must be this process's own, which the open database sees to.</summary>
    public static async ValueTask<AuditTrail> OpenAsync(
        string dataFolder,
        Database database,
        AuditOptions options,
        TimeProvider time,
        CancellationToken stop
    )
    {
        var checkpoints = new AuditCheckpointStore(database);
        var place = TrailFolder.In(dataFolder);
        var anchor = await checkpoints.FindAnchorAsync(place.Node, stop);
        return new AuditTrail(place, TrailTail.Read(place, anchor), checkpoints, options, time);
    }

    /// <summary>
    /// From here on checkpoints are signed, the first one at once: what is there is taken over, and a key that has just been
    /// made is never without a checkpoint. Changes whose event was lost in a crash get one now.
    /// The trail disposes of the key. True when the database has a checkpoint of the key.
    /// </summary>
    public async ValueTask<bool> UnsealAsync(AuditKey signer, AuditIntentStore intents, CancellationToken stop)
    {
        key = signer;
        if (options.DangerousOff)
        {
            return false;
        }

        await writer.DoAsync(TrailWork.Between(() => segments.UseKey(signer)));
        recovery = new IntentRecovery(intents, folder, this);
        await recovery.RecoverAllAsync(stop);
        return true;
    }

    /// <summary>Signs what there is and forgets the key; events are written on. No request may be running.</summary>
    public async ValueTask SealAsync()
    {
        try
        {
            await SettleQuietlyAsync();
            await SignAsync();
        }
        finally
        {
            recovery = null;
            try
            {
                await writer.DoAsync(TrailWork.Between(() => segments.UseKey(null)));
            }
            finally
            {
                key?.Dispose();
                key = null;
            }
        }
    }

    /// <summary>
    /// Returns when the event is written as durably as was chosen; <see cref="AuditUnavailableException"/> when it cannot
    /// be. The fields must stay unchanged until then.
    /// </summary>
    public Task RecordAsync(ReadOnlyMemory<byte> fields) =>
        options.DangerousOff ? Task.CompletedTask : writer.DoAsync(TrailWork.Event(fields));

    /// <summary>An event of a command or of the server itself.</summary>
    public async Task RecordAsync(CommandEvent command)
    {
        var fields = Rent();
        try
        {
            await RecordAsync(command.Write(fields, time.GetUtcNow()));
        }
        finally
        {
            Return(fields);
        }
    }

    /// <summary>What a command is about to change is committed with an intent, as a request's is; for the calling method's flow.</summary>
    public AuditIntent BeginIntent(CommandEvent command) =>
        BeginIntent(
            command.RequestId ?? throw new ArgumentException("An intent needs an id.", nameof(command)),
            () => command
        );

    /// <summary>The same for a command that learns on its way what it changes: it is asked at each transaction.</summary>
    public AuditIntent BeginIntent(string requestId, Func<CommandEvent> ask)
    {
        var now = time.GetUtcNow();
        return AuditIntent.Begin(
            requestId,
            Node,
            now,
            made =>
            {
                var command = ask();
                var fields = Rent();
                var about = made is null
                    ? command
                    : command with
                    {
                        Resource = CommandEvent.About(Resource.Made(made)),
                    };
                var told = about.Write(fields, now).ToArray();
                Return(fields);
                return told;
            }
        );
    }

    /// <summary>The event of a command whose change had an intent.</summary>
    public async Task RecordAsync(CommandEvent command, AuditIntent? intent)
    {
        await RecordAsync(command);
        intent?.Dispose();
        if (intent is { IsCommitted: true })
        {
            Settle(intent.RequestId);
        }
    }

    /// <summary>For an event that nothing waits for and whose failure has nobody to tell it to.</summary>
    public async Task RecordIfPossibleAsync(CommandEvent command)
    {
        try
        {
            await RecordAsync(command);
        }
        catch (AuditUnavailableException)
        {
            // The trail counts it among those that it could not write.
        }
    }

    /// <summary>Free when all is well; else a trial whether the trail can be written again.</summary>
    public Task RequireWritableAsync() =>
        Problem is null || options.DangerousOff ? Task.CompletedTask : writer.DoAsync(TrailWork.Trial());

    /// <summary>A committed intent's event is written: the intent may go, sooner or later.</summary>
    public void Settle(string requestId)
    {
        settled.Enqueue(requestId);
        if (settled.Count >= SettledAtOnce)
        {
            _ = SettleQuietlyAsync();
        }
    }

    /// <summary>A committed intent's event could not be written: it is made up for as soon as it can be.</summary>
    public void Owe(string requestId) => owed.Enqueue(requestId);

    /// <summary>Signs the chain as it stands, when there is anything new.</summary>
    public Task SignAsync() => writer.DoAsync(TrailWork.Between(() => segments.Checkpoint()));

    /// <summary>Returns when everything written so far is on the disk, whatever answers wait for.</summary>
    public Task FlushAsync() => writer.DoAsync(TrailWork.Between(segments.Flush));

    /// <summary>What the minute brings: old segments end, the chain is signed, retention does its work.</summary>
    public async Task TickAsync()
    {
        try
        {
            await writer.DoAsync(
                TrailWork.Between(() =>
                {
                    segments.CloseWhenOld();
                    segments.Checkpoint();
                    segments.Retire();
                })
            );
            await SettleAsync();
            await PayOwedAsync();
        }
        catch (Exception passing) when (passing is AuditUnavailableException or StorageUnavailableException)
        {
            // The trail knows its problem and tells it whoever asks; the next minute tries again.
        }
    }

    public EventFields Rent() => idleFields.TryPop(out var idle) ? idle : new EventFields();

    public void Return(EventFields fields)
    {
        if (fields.IsWorthKeeping)
        {
            idleFields.Push(fields);
        }
        else
        {
            fields.Dispose();
        }
    }

    /// <summary>Signs what there is and closes the trail; before the database, which keeps the last checkpoint.</summary>
    public async ValueTask DisposeAsync()
    {
        if (isDisposed)
        {
            return;
        }

        isDisposed = true;
        await timer.DisposeAsync();
        await SettleQuietlyAsync();
        try
        {
            await SignAsync();
        }
        catch (AuditUnavailableException)
        {
            // What is not signed is chained; the next start signs it.
        }

        writer.Dispose();
        key?.Dispose();
        foreach (var fields in idleFields)
        {
            fields.Dispose();
        }
    }

    private bool Keep(AuditCheckpointStore checkpoints, AuditCheckpointRow row)
    {
        try
        {
            // On the trail's own thread, which the database's never waits for. Answers wait for it: a database that hangs
            // must not hold up the events of requests, once there is a checkpoint at all.
            var saving = checkpoints.SaveAsync(row, CancellationToken.None).AsTask();
            if (hasKept && !saving.Wait(LongestSave))
            {
                _ = saving.ContinueWith(
                    static late => _ = late.Exception,
                    CancellationToken.None,
                    TaskContinuationOptions.ExecuteSynchronously,
                    TaskScheduler.Default
                );
                return false;
            }

            saving.GetAwaiter().GetResult();
            hasKept = true;
            return true;
        }
        catch (AggregateException failed) when (failed.InnerException is StorageUnavailableException)
        {
            return false;
        }
        catch (StorageUnavailableException)
        {
            // The checkpoint stands in the trail; the next one is kept again.
            return false;
        }
    }

    private async Task SettleQuietlyAsync()
    {
        try
        {
            await SettleAsync();
        }
        catch (Exception passing)
            when (passing is StorageUnavailableException or AuditUnavailableException or ObjectDisposedException)
        {
            // An intent whose event is written is recognised as such at the next start.
        }
    }

    private async Task SettleAsync()
    {
        if (recovery is not { } intents)
        {
            return;
        }

        var ids = new List<string>();
        while (settled.TryDequeue(out var id))
        {
            ids.Add(id);
        }

        if (ids.Count == 0)
        {
            return;
        }

        try
        {
            await intents.DeleteAsync(ids);
        }
        catch
        {
            ids.ForEach(settled.Enqueue);
            throw;
        }
    }

    private async Task PayOwedAsync()
    {
        if (recovery is { } intents && !owed.IsEmpty && Problem is null)
        {
            var ids = new HashSet<string>(StringComparer.Ordinal);
            while (owed.TryDequeue(out var id))
            {
                ids.Add(id);
            }

            try
            {
                await intents.RecoverAsync(ids, CancellationToken.None);
            }
            catch
            {
                foreach (var id in ids)
                {
                    owed.Enqueue(id);
                }

                throw;
            }
        }
    }
}
