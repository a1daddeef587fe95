using System.Buffers;
using System.Security.Cryptography;

namespace Keyhold.Server.Audit;

/// <summary>
/// The name of a data folder's node, under which the database keeps its audit key, its last checkpoint and the intents of
/// its requests. It stands in the file <c>node</c>; a folder without one, as every folder with an embedded database is, is
/// <c>node-1</c>. A node is its folder: two folders never have the same name on one database.
/// </summary>
internal static class NodeName
{
    /// <summary>The only node of an embedded database.</summary>
    public const string First = "node-1";

    public const string FileName = "node";

    private const string Prefix = "node-";
    private const int RandomBytes = 8;
    private const int LongestSuffix = 32;
    private static readonly SearchValues<char> SuffixCharacters = SearchValues.Create("0123456789abcdef");

    /// <summary>
    /// The folder's name; <see cref="IOException"/> when it cannot be read, or the trail in the folder is another node's: a
    /// name that was changed would make a chain that was cut look like a new one.
    /// </summary>
    public static string Of(string dataFolder)
    {
        var file = Path.Combine(dataFolder, FileName);
        var name = File.Exists(file) ? File.ReadAllText(file).Trim() : First;
        if (!IsName(name))
        {
            throw new IOException(
                $"The file {file} does not hold the name of a node. Restore it: the name stands before the sequence in the "
                    + "file names of the folder audit, such as node-1."
            );
        }

        var others = TrailFolder.NodesIn(TrailFolder.PathIn(dataFolder)).Where(other => !Is(name, other)).ToList();
        return others.Count == 0
            ? name
            : throw new IOException(
                $"The audit trail in {dataFolder} is the one of {others[0]}, but the folder's name is {name}. Restore the "
                    + $"file {file} with the line {others[0]}, or use a new folder for a new node."
            );
    }

    /// <summary>Whether the folder has a name of its own, as only a node's has.</summary>
    public static bool IsIn(string dataFolder) => File.Exists(Path.Combine(dataFolder, FileName));

    /// <summary>Gives a folder that shares its database a name of its own, unless it has one or began as node-1.</summary>
    public static void Ensure(string dataFolder)
    {
        var file = Path.Combine(dataFolder, FileName);
        if (File.Exists(file) || TrailFolder.NodesIn(TrailFolder.PathIn(dataFolder)).Count > 0)
        {
            return;
        }

        Write(file, Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomBytes)));
    }

    internal static bool IsName(string text) =>
        text.StartsWith(Prefix, StringComparison.Ordinal)
        && text.Length > Prefix.Length
        && text.Length <= Prefix.Length + LongestSuffix
        && !text.AsSpan(Prefix.Length).ContainsAnyExcept(SuffixCharacters);

    private static bool Is(string name, string other) => string.Equals(name, other, StringComparison.Ordinal);

    /// <summary>Whole or not at all: half a name would be another node's.</summary>
    private static void Write(string file, string name)
    {
        var part = file + ".part";
        File.Delete(part);
        using (var stream = TrailFolder.CreateFile(part))
        {
            stream.Write(System.Text.Encoding.ASCII.GetBytes(name + "\n"));
            stream.Flush(flushToDisk: true);
        }

        File.Move(part, file);
    }
}
