using System.Security.Cryptography;
using System.Text;

namespace Keyhold.Server.Audit;

/// <summary>
/// Copies closed segments elsewhere and marks them as exported, which retention asks for; also while a server runs. The
/// open segment is left for the next time.
/// </summary>
public static class TrailExport
{
    /// <summary>A segment that was copied, and the SHA-256 of its bytes in lower-case hex.</summary>
    public sealed record Copied(string Name, long Bytes, string Sha256);

    /// <summary>
    /// Copies what was not exported yet into <paramref name="target"/>, which is made when it is missing. A file of the
    /// same name there must be the same, or this is an <see cref="IOException"/>.
    /// </summary>
    public static IReadOnlyList<Copied> Run(string folder, string target)
    {
        var trail = TrailPlace.Of(folder, withAnchor: false).Folder;
        var copied = new List<Copied>();
        foreach (var segment in trail.Segments().SkipLast(1).Where(segment => !TrailFolder.IsExported(segment)))
        {
            Directory.CreateDirectory(target);
            copied.Add(Copy(segment, Path.Combine(target, segment.Name)));
        }

        return copied;
    }

    /// <summary>What the export's event says. A list of segments that is too long for it is cut like every value.</summary>
    internal static CommandEvent EventOf(string target, string segments, string? failure) =>
        CommandEvent.Of("ExportAudit", ("to", target), ("segments", segments)) with
        {
            Error = failure is null ? null : ("Refused", failure),
        };

    internal static byte[] HashOf(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return SHA256.HashData(stream);
    }

    private static Copied Copy(TrailSegment segment, string target)
    {
        var hash = HashOf(segment.File);
        if (!File.Exists(target))
        {
            var part = target + ".part";
            File.Delete(part);
            using (var source = new FileStream(segment.File, FileMode.Open, FileAccess.Read, FileShare.ReadWrite))
            using (var copy = TrailFolder.CreateFile(part))
            {
                source.CopyTo(copy);
                copy.Flush(flushToDisk: true);
            }

            File.Move(part, target);
        }

        // Read back: the mark lets the original be deleted.
        if (!HashOf(target).AsSpan().SequenceEqual(hash))
        {
            throw new IOException(
                $"{target} is not the same as {segment.File}. Move it away, or export into another folder."
            );
        }

        using var mark = TrailFolder.CreateFile(TrailFolder.MarkOf(segment));
        mark.Write(Encoding.ASCII.GetBytes(TrailLine.Hex(hash) + "\n"));
        return new Copied(segment.Name, new FileInfo(segment.File).Length, TrailLine.Hex(hash));
    }
}
