using Keyhold.Server.Hosting;

namespace Keyhold.Server.Backups;

/// <summary>
/// Makes backups into a folder when they are due, until it is stopped, and keeps the newest. One that fails deletes nothing
/// and is tried again soon.
/// </summary>
public sealed class ScheduledBackups(
    BackupFolder folder,
    BackupSchedule schedule,
    int keep,
    Func<string, CancellationToken, Task<BackupReport>> make,
    TimeProvider time
)
{
    /// <summary>Before a backup that failed is tried again.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Looks at the clock at least so often: it may be set, and the machine may sleep.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(15);

    /// <summary>Runs until it is stopped.</summary>
    /// <param name="tell">Hears of a backup that was made, with what was deleted for it.</param>
    /// <param name="complain">Hears why one was not made, or why old ones could not be deleted.</param>
    public async Task RunAsync(
        Action<BackupReport, IReadOnlyList<string>> tell,
        Action<StartException> complain,
        CancellationToken stop
    )
    {
        ArgumentNullException.ThrowIfNull(tell);
        ArgumentNullException.ThrowIfNull(complain);
        while (true)
        {
            try
            {
                await SleepUntilDueAsync(stop);
                var report = await make(folder.NameFor(time.GetUtcNow()), stop);
                tell(report, Keep(report.File, complain));
            }
            catch (Exception failed) when (Backup.IsTold(failed))
            {
                complain(failed as StartException ?? Backup.ToStartException(failed));
                await Task.Delay(Patience, time, stop);
            }
        }
    }

    /// <summary>The backup is made, whatever becomes of the old ones: they are tried again with the next one.</summary>
    private IReadOnlyList<string> Keep(string made, Action<StartException> complain)
    {
        try
        {
            return folder.Keep(keep, made);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            complain(
                new StartException(
                    $"The backup {made} is made, but older ones cannot be deleted: {failed.Message}",
                    "Let this user write to the folder, or delete them by hand.",
                    failed
                )
            );
            return [];
        }
    }

    private async Task SleepUntilDueAsync(CancellationToken stop)
    {
        while (Wait() is var wait && wait > TimeSpan.Zero)
        {
            await Task.Delay(wait < LongestSleep ? wait : LongestSleep, time, stop);
        }
    }

    private TimeSpan Wait()
    {
        var now = time.GetUtcNow();
        return schedule.Next(now, folder.LastMade(now)) - now;
    }
}
