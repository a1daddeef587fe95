using System.Globalization;

namespace Keyhold.Server.Backups;

/// <summary>
/// A folder of backups that come by themselves: <c>keyhold-20261124T023000Z.backup</c>, named by their time in UTC. Other files
/// in it are not looked at.
/// </summary>
public sealed class BackupFolder(string path)
{
    private const string Prefix = "keyhold-";
    private const string Extension = ".backup";
    private const string TimeForm = "yyyyMMdd'T'HHmmss'Z'";

    /// <summary>
    /// When the newest was made; null when there is none. Those named for a later time are a wrong clock's, and count for
    /// nothing: they would put off the next one for as long.
    /// </summary>
    public DateTimeOffset? LastMade(DateTimeOffset now) =>
        List().Where(each => each.Time <= now).Select(each => (DateTimeOffset?)each.Time).FirstOrDefault();

    /// <summary>The newest first.</summary>
    public IReadOnlyList<(string File, DateTimeOffset Time)> List() =>
        [
            .. Directory
                .EnumerateFiles(path, $"{Prefix}*{Extension}")
                .Select(file => (File: file, Time: TimeOf(file)))
                .Where(each => each.Time is not null)
                .Select(each => (each.File, each.Time!.Value))
                .OrderByDescending(each => each.Value),
        ];

    public string NameFor(DateTimeOffset time) =>
        Path.Combine(path, Prefix + time.UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture) + Extension);

    /// <summary>
    /// Deletes all but the newest up to the one that was just made and is proven; what was deleted. Those named for a later
    /// time stay: nothing says which of them is newer.
    /// </summary>
    public IReadOnlyList<string> Keep(int count, string made)
    {
        if (TimeOf(made) is not { } time)
        {
            throw new ArgumentException($"{made} does not have the name of a backup.", nameof(made));
        }

        var old = List().Where(each => each.Time <= time).Skip(count).Select(each => each.File).ToList();
        old.ForEach(File.Delete);
        DeleteLeftBefore(time);
        return old;
    }

    /// <summary>What a backup that was killed left beside its place. A later one is good, so none of them goes on.</summary>
    private void DeleteLeftBefore(DateTimeOffset time)
    {
        foreach (var part in Directory.EnumerateFiles(path, $".{Prefix}*{Extension}.*.part"))
        {
            var name = Path.GetFileName(part)[1..];
            var end = name.IndexOf(Extension, StringComparison.Ordinal) + Extension.Length;
            if (TimeOf(name[..end]) < time)
            {
                File.Delete(part);
            }
        }
    }

    private static DateTimeOffset? TimeOf(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        return
            name.StartsWith(Prefix, StringComparison.Ordinal)
            && DateTimeOffset.TryParseExact(
                name.AsSpan(Prefix.Length),
                TimeForm,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out var time
            )
            ? time
            : null;
    }
}
