using Keyhold.Server.Backups;
using Keyhold.Server.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Keyhold.Server.Tests.Backups;

public sealed class ScheduledBackupsTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("schedule-test-");
    private readonly FakeTimeProvider time = new(Start);
    private readonly CancellationTokenSource stop = new();
    private readonly List<BackupReport> told = [];
    private readonly List<StartException> complaints = [];

    public void Dispose()
    {
        stop.Dispose();
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("24h", 24 * 60)]
    [InlineData("30m", 30)]
    [InlineData("7d", 7 * 24 * 60)]
    public void After_an_interval_the_next_is_due(string text, int minutes) =>
        Assert.Equal(Start.AddMinutes(minutes), BackupSchedule.Parse(text).Next(Start.AddMinutes(1), Start));

    [Theory]
    [InlineData("02:30", "2026-11-25T02:30:00Z")]
    [InlineData("12:00", "2026-11-25T12:00:00Z")]
    [InlineData("12:01", "2026-11-24T12:01:00Z")]
    public void Each_day_at_its_time_the_next_is_due(string text, string due) =>
        Assert.Equal(
            DateTimeOffset.Parse(due, System.Globalization.CultureInfo.InvariantCulture),
            BackupSchedule.Parse(text).Next(Start, Start)
        );

    [Fact]
    public void The_first_one_and_a_missed_one_are_due_at_once()
    {
        Assert.Equal(Start, BackupSchedule.Parse("02:30").Next(Start, last: null));
        Assert.True(BackupSchedule.Parse("02:30").Next(Start, Start.AddDays(-2)) < Start);
        Assert.True(BackupSchedule.Parse("24h").Next(Start, Start.AddDays(-2)) < Start);
    }

    [Theory]
    [InlineData("")]
    [InlineData("24")]
    [InlineData("h")]
    [InlineData("0h")]
    [InlineData("-1h")]
    [InlineData("1.5h")]
    [InlineData("24:00")]
    [InlineData("2:30")]
    [InlineData("1w")]
    [InlineData("400d")]
    [InlineData("99999999999h")]
    public void Anything_else_is_refused_with_an_example(string text)
    {
        var refused = Assert.Throws<StartException>(() => BackupSchedule.Parse(text));
        Assert.Contains("24h", refused.Message, StringComparison.Ordinal);
        Assert.True(refused.IsUsage);
    }

    [Fact]
    public void Only_its_own_files_are_deleted_and_the_newest_stay()
    {
        var backups = new BackupFolder(folder.FullName);
        string[] foreign =
        [
            "keyhold-20200101T000000.backup",
            "keyhold-old.backup",
            "keyhold-20200101T000000Z.backup.part",
            "other-20200101T000000Z.backup",
            "keyhold-20209901T000000Z.backup",
        ];
        foreach (var name in foreign)
        {
            File.WriteAllText(Path.Combine(folder.FullName, name), "");
        }

        var left =
            backups.NameFor(Start.AddDays(3)).Replace("keyhold-", ".keyhold-", StringComparison.Ordinal) + ".0a1b.part";
        var begun =
            backups.NameFor(Start.AddDays(9)).Replace("keyhold-", ".keyhold-", StringComparison.Ordinal) + ".0a1b.part";
        File.WriteAllText(left, "");
        File.WriteAllText(begun, "");
        for (var day = 0; day < 5; day++)
        {
            File.WriteAllText(backups.NameFor(Start.AddDays(day)), "");
        }

        Assert.Equal(
            [backups.NameFor(Start.AddDays(1)), backups.NameFor(Start)],
            backups.Keep(3, backups.NameFor(Start.AddDays(4)))
        );
        Assert.Equal(
            [backups.NameFor(Start.AddDays(4)), backups.NameFor(Start.AddDays(3)), backups.NameFor(Start.AddDays(2))],
            backups.List().Select(each => each.File)
        );
        Assert.False(File.Exists(left));
        Assert.True(File.Exists(begun));
        Assert.All(foreign, name => Assert.True(File.Exists(Path.Combine(folder.FullName, name)), name));
    }

    [Fact]
    public async Task A_clock_that_was_set_back_puts_nothing_off_and_costs_no_new_backup()
    {
        var backups = new BackupFolder(folder.FullName);
        for (var day = 0; day < 5; day++)
        {
            File.WriteAllText(backups.NameFor(Start.AddDays(300 + day)), "future");
        }

        var running = Run("24h", keep: 2, (file, _) => Made(file));
        Assert.Single(told);
        Assert.True(File.Exists(backups.NameFor(Start)));
        for (var day = 0; day < 4; day++)
        {
            Pass(TimeSpan.FromDays(1));
        }

        Assert.Equal(5, told.Count);
        Assert.Equal(
            [backups.NameFor(Start.AddDays(4)), backups.NameFor(Start.AddDays(3))],
            backups.List().Where(each => each.Time < Start.AddDays(300)).Select(each => each.File)
        );
        Assert.Equal(5, backups.List().Count(each => each.Time >= Start.AddDays(300)));
        Assert.Empty(complaints);
        await StopAsync(running);
    }

    [Fact]
    public void Only_the_name_of_a_backup_says_what_may_go() =>
        Assert.Throws<ArgumentException>(() => new BackupFolder(folder.FullName).Keep(1, "made.backup"));

    [Fact]
    public async Task A_folder_that_is_away_for_a_while_ends_nothing()
    {
        var running = Run("24h", keep: 2, (file, _) => Made(file));
        Directory.Move(folder.FullName, folder.FullName + ".away");
        Pass(TimeSpan.FromDays(1) + TimeSpan.FromMinutes(20));
        Assert.False(running.IsCompleted);
        Assert.NotEmpty(complaints);
        Assert.Single(told);
        Directory.Move(folder.FullName + ".away", folder.FullName);
        Pass(ScheduledBackups.Patience);
        Assert.Equal(2, told.Count);
        await StopAsync(running);
    }

    [Fact]
    public async Task Old_ones_that_cannot_be_deleted_are_told_and_end_nothing()
    {
        var running = Run(
            "24h",
            keep: 1,
            (file, _) =>
            {
                var report = Made(file);
                Directory.Move(folder.FullName, folder.FullName + ".away");
                return report;
            }
        );
        Assert.Single(told);
        Assert.Contains("is made, but older ones cannot be deleted", complaints[0].Message, StringComparison.Ordinal);
        Directory.Move(folder.FullName + ".away", folder.FullName);
        Assert.False(running.IsCompleted);
        await StopAsync(running);
    }

    [Fact]
    public async Task A_year_of_nights_keeps_the_newest_and_a_failed_one_deletes_nothing()
    {
        var fails = false;
        var backups = new BackupFolder(folder.FullName);
        var running = Run(
            "02:30",
            keep: 3,
            (file, _) => fails ? throw new StartException("The disk is full.", "Make room.") : Made(file)
        );
        for (var day = 0; day < 365; day++)
        {
            Pass(TimeSpan.FromDays(1));
        }

        Assert.Equal(366, told.Count);
        Assert.Equal(3, backups.List().Count);
        fails = true;
        var before = backups.List();
        Pass(TimeSpan.FromDays(1));
        Assert.True(complaints.Count > 40, $"{complaints.Count} complaints");
        Assert.Equal(before, backups.List());
        fails = false;
        Pass(TimeSpan.FromMinutes(10));
        Assert.Equal(367, told.Count);
        await StopAsync(running);
    }

    private Task Run(string schedule, int keep, Func<string, CancellationToken, Task<BackupReport>> make) =>
        new ScheduledBackups(
            new BackupFolder(folder.FullName),
            BackupSchedule.Parse(schedule),
            keep,
            make,
            time
        ).RunAsync((report, _) => told.Add(report), complaints.Add, stop.Token);

    private async Task StopAsync(Task running)
    {
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private void Pass(TimeSpan duration)
    {
        for (var passed = TimeSpan.Zero; passed < duration; passed += TimeSpan.FromMinutes(5))
        {
            time.Advance(TimeSpan.FromMinutes(5));
        }
    }

    private static Task<BackupReport> Made(string file)
    {
        File.WriteAllText(file, "");
        return Task.FromResult(new BackupReport(file, 1, "", "", 1, Start, "", "", "", [], PrivateKeys: 0, Faults: []));
    }
}
