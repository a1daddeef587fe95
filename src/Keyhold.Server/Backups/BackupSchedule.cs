using System.Globalization;
using Keyhold.Server.Hosting;

namespace Keyhold.Server.Backups;

/// <summary>When backups are due: again and again after a time (30m, 24h, 7d), or each day at a time of day in UTC (02:30).</summary>
public sealed class BackupSchedule
{
    private const int MostMinutes = 366 * 24 * 60;

    private readonly TimeSpan? interval;
    private readonly TimeSpan timeOfDay;

    private BackupSchedule(TimeSpan? interval, TimeSpan timeOfDay)
    {
        this.interval = interval;
        this.timeOfDay = timeOfDay;
    }

    /// <summary><see cref="StartException"/> when it is neither.</summary>
    public static BackupSchedule Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var each))
        {
            return new BackupSchedule(interval: null, each.ToTimeSpan());
        }

        var minutes = text is [.., var unit] ? MinutesOf(unit) : 0;
        return
            minutes > 0
            && int.TryParse(
                text.AsSpan(0, text.Length - 1),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var count
            )
            && count is > 0 and <= MostMinutes
            && (long)count * minutes <= MostMinutes
            ? new BackupSchedule(TimeSpan.FromMinutes((long)count * minutes), default)
            : throw StartException.Usage(
                $"--schedule is \"{text}\", which is no time.",
                "Give a time between backups, such as 30m, 24h or 7d, or a time of day in UTC, such as 02:30."
            );
    }

    /// <summary>When the next one is due, which may be past: the first one, and one that was missed, are due at once.</summary>
    /// <param name="last">When the last one was made, not after now; null when there was none.</param>
    public DateTimeOffset Next(DateTimeOffset now, DateTimeOffset? last) =>
        last is not { } before ? now
        : interval is { } after ? before + after
        : SlotAfter(before);

    private DateTimeOffset SlotAfter(DateTimeOffset time)
    {
        var slot = new DateTimeOffset(time.UtcDateTime.Date, TimeSpan.Zero) + timeOfDay;
        return slot > time ? slot : slot.AddDays(1);
    }

    private static int MinutesOf(char unit) =>
        unit switch
        {
            'm' => 1,
            'h' => 60,
            'd' => 24 * 60,
            _ => 0,
        };
}
