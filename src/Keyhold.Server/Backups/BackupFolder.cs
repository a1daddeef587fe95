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

    /// <summary>Deletes all but the newest; what was deleted. To be called when a new one is proven.</summary>
    public IReadOnlyList<string> Keep(int count)
    {
        var old = List().Skip(count).Select(each => each.File).ToList();
        old.ForEach(File.Delete);
        return old;
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
