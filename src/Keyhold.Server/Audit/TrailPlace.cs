using Keyhold.Storage;
using Keyhold.Storage.Audit;
using Keyhold.Storage.Sqlite;

namespace Keyhold.Server.Audit;

/// <summary>
/// Where a trail lies that is only read: in a data folder, whose database knows the last checkpoint; or in a folder of
/// exported segments, which has nobody to ask.
/// </summary>
internal sealed record TrailPlace(TrailFolder Folder, AuditAnchor? Anchor)
{
    private const string DatabaseName = "keyhold.db";

    /// <summary><see cref="TrailUnreadableException"/> when there is neither.</summary>
    /// <param name="shared">What a database that several nodes share knows of this folder's chain.</param>
    public static TrailPlace Of(string folder, bool withAnchor, AuditAnchor? shared = null)
    {
        if (!Directory.Exists(folder))
        {
            throw new TrailUnreadableException(
                $"There is no folder {folder}. Name a data folder, or one with exported segments."
            );
        }

        if (shared is not null)
        {
            return new TrailPlace(InDataFolder(folder), shared);
        }

        var database = Path.Combine(folder, DatabaseName);
        if (File.Exists(database))
        {
            var trail = InDataFolder(folder);
            return new TrailPlace(trail, withAnchor ? AnchorOf(database, trail.Node) : null);
        }

        return Directory.Exists(TrailFolder.PathIn(folder)) ? OfNode(folder, withAnchor) : OfExported(folder);
    }

    /// <summary>A data folder without a database of its own.</summary>
    private static TrailPlace OfNode(string folder, bool withAnchor)
    {
        if (!File.Exists(Path.Combine(folder, NodeName.FileName)))
        {
            throw new TrailUnreadableException(
                $"{folder} has an audit trail but no {DatabaseName}, which knows how far it reaches. Restore the data folder "
                    + "whole; segments alone are verified in a folder of their own."
            );
        }

        return withAnchor
            ? throw new TrailUnreadableException(
                $"The database of {folder} knows how far its trail reaches, and is not in the folder. Name it with --database "
                    + "or Database__ConnectionString."
            )
            : new TrailPlace(InDataFolder(folder), Anchor: null);
    }

    private static TrailPlace OfExported(string folder) =>
        TrailFolder.NodesIn(folder) switch
        {
            [] => throw new TrailUnreadableException(
                $"{folder} is neither a data folder nor one with exported segments. Name one of these."
            ),
            [var node] => new TrailPlace(new TrailFolder(folder, node), Anchor: null),
            var several => throw new TrailUnreadableException(
                $"{folder} has segments of {several.Count} nodes: {string.Join(", ", several)}. Each node has a chain of its "
                    + "own: put its segments into a folder of their own."
            ),
        };

    private static TrailFolder InDataFolder(string folder)
    {
        try
        {
            return TrailFolder.In(folder);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new TrailUnreadableException(unreadable.Message, unreadable);
        }
    }

    private static AuditAnchor AnchorOf(string database, string node)
    {
        try
        {
            return SqliteAuditAnchor.Read(database, node);
        }
        catch (StorageUnavailableException unreadable)
        {
            throw new TrailUnreadableException(unreadable.Message, unreadable);
        }
    }
}
