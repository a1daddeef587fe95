using System.Globalization;

namespace Keyhold.Server.Audit;

/// <summary>
/// The folder <c>audit</c> in a data folder (0700), with the segments of the chain (0600) and, beside each that was
/// exported, a mark. Each name begins with the node's (<see cref="NodeName"/>):
/// <code>
/// audit/node-1-0000000000000001.jsonl             the lines from sequence 1 on
/// audit/node-1-0000000000000001.jsonl.exported    it was exported
/// audit/node-1-0000000000004711.jsonl             the lines from sequence 4711 on
/// </code>
/// </summary>
internal sealed class TrailFolder(string path, string node)
{
    private const string Extension = ".jsonl";
    private const string MarkExtension = ".exported";
    private const UnixFileMode OwnerReadsAndWrites = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public string Path => path;

    /// <summary>Whose chain it is.</summary>
    public string Node => node;

    /// <summary>The trail of a data folder; <see cref="IOException"/> as <see cref="NodeName.Of"/> has it.</summary>
    public static TrailFolder In(string dataFolder) => new(PathIn(dataFolder), NodeName.Of(dataFolder));

    public static string PathIn(string dataFolder) => System.IO.Path.Combine(dataFolder, "audit");

    /// <summary>The nodes whose segments lie in a folder; in a data folder's <c>audit</c> there is one at most.</summary>
    public static IReadOnlyList<string> NodesIn(string path) =>
        !Directory.Exists(path)
            ? []
            :
            [
                .. Directory
                    .EnumerateFiles(path, $"*{Extension}")
                    .Select(NodeOf)
                    .OfType<string>()
                    .Distinct(StringComparer.Ordinal)
                    .Order(StringComparer.Ordinal),
            ];

    public bool Exists => Directory.Exists(path);

    /// <summary>By sequence. Other files in the folder are not looked at.</summary>
    public IReadOnlyList<TrailSegment> Segments() =>
        !Exists
            ? []
            :
            [
                .. Directory
                    .EnumerateFiles(path, $"{node}-*{Extension}")
                    .Select(SegmentOf)
                    .OfType<TrailSegment>()
                    .OrderBy(segment => segment.FirstSequence),
            ];

    public TrailSegment SegmentFrom(long firstSequence) =>
        new(
            System.IO.Path.Combine(
                path,
                string.Create(CultureInfo.InvariantCulture, $"{node}-{firstSequence:D16}{Extension}")
            ),
            firstSequence
        );

    public void Create()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerReadsAndWrites | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Makes a file that only its owner may read.</summary>
    public static FileStream CreateFile(string file) => OpenPrivately(file, FileMode.CreateNew);

    /// <summary>The same, or goes on behind what is there.</summary>
    public static FileStream CreateOrExtendFile(string file) => OpenPrivately(file, FileMode.Append);

    private static FileStream OpenPrivately(string file, FileMode mode)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.Write,
            Share = FileShare.Read,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerReadsAndWrites;
        }

        return new FileStream(file, options);
    }

    public static string MarkOf(TrailSegment segment) => segment.File + MarkExtension;

    public static bool IsExported(TrailSegment segment) => File.Exists(MarkOf(segment));

    private TrailSegment? SegmentOf(string file)
    {
        var name = System.IO.Path.GetFileNameWithoutExtension(file);
        return
            string.Equals(NodeOf(file), node, StringComparison.Ordinal)
            && long.TryParse(
                name.AsSpan(node.Length + 1),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var firstSequence
            )
            ? new TrailSegment(file, firstSequence)
            : null;
    }

    /// <summary>What stands before the last dash; null when the file is no segment.</summary>
    private static string? NodeOf(string file)
    {
        var name = System.IO.Path.GetFileNameWithoutExtension(file);
        var end = name.LastIndexOf('-');
        return
            end > 0
            && name.Length > end + 1
            && !name.AsSpan(end + 1).ContainsAnyExceptInRange('0', '9')
            && NodeName.IsName(name[..end])
            ? name[..end]
            : null;
    }
}
