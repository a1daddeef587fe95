using System.Globalization;
using System.Security.Cryptography;

namespace Keyhold.Server.Audit;

/// <summary>
/// The bytes that a crash left behind the last whole line. They are moved into a file of their own, which the line
/// CloseTornTail names with its hash: nothing is dropped, and the chain stays a chain of lines.
/// <code>
/// audit/node-1-0000000000004711.torn    the bytes that stood where the line with sequence 4711 stands now
/// </code>
/// </summary>
internal sealed record TornTail(TrailSegment Segment, long Offset)
{
    private const string Extension = ".torn";

    internal sealed record Moved(string Name, long Bytes, byte[] Hash);

    /// <summary>
    /// Copies the bytes, and only then takes them out of the segment. What an end of the process in between leaves, the
    /// next start finds again (<see cref="FindMoved(TrailFolder, long)"/>).
    /// </summary>
    public Moved MoveAside(TrailFolder folder, long nextSequence)
    {
        var file = Path.ChangeExtension(folder.SegmentFrom(nextSequence).File, Extension);
        using (var segment = new FileStream(Segment.File, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            segment.Position = Offset;

            // A crash may have torn the very line that was to tell of the bytes moved aside before: both are kept.
            using (var aside = TrailFolder.CreateOrExtendFile(file))
            {
                segment.CopyTo(aside);
                aside.Flush(flushToDisk: true);
            }

            segment.SetLength(Offset);
            segment.Flush(flushToDisk: true);
        }

        if (Offset == 0)
        {
            File.Delete(Segment.File);
        }

        return FindMoved(folder, nextSequence)!;
    }

    /// <summary>Torn bytes that were moved aside for the line with this sequence; null when there are none.</summary>
    public static Moved? FindMoved(TrailFolder folder, long sequence) =>
        FindMoved(folder, Path.ChangeExtension(folder.SegmentFrom(sequence).Name, Extension));

    /// <summary>Torn bytes by the name of their file; null when there are none of that name.</summary>
    public static Moved? FindMoved(TrailFolder folder, string name)
    {
        var file = Path.Combine(folder.Path, Path.GetFileName(name));
        if (Path.GetExtension(file) is not Extension || !File.Exists(file))
        {
            return null;
        }

        using var bytes = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return new Moved(Path.GetFileName(file), bytes.Length, SHA256.HashData(bytes));
    }

    /// <summary>Removes what was moved aside before this sequence: together with the segments around it.</summary>
    public static void DeleteBefore(TrailFolder folder, long sequence)
    {
        foreach (var file in Directory.EnumerateFiles(folder.Path, $"{folder.Node}-*{Extension}"))
        {
            var number = Path.GetFileNameWithoutExtension(file).AsSpan(folder.Node.Length + 1);
            if (long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at < sequence)
            {
                File.Delete(file);
            }
        }
    }
}
