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
    /// <param name="complain">Hears why one failed.</param>
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
            await SleepUntilDueAsync(stop);
            try
            {
                var report = await make(folder.NameFor(time.GetUtcNow()), stop);
                tell(report, folder.Keep(keep));
            }
            catch (StartException failed)
            {
                complain(failed);
                await Task.Delay(Patience, time, stop);
            }
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
        var last = folder.List() is [var (_, newest), ..] ? newest : (DateTimeOffset?)null;
        return schedule.Next(now, last) - now;
    }
}
