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
    public static TrailPlace Of(string folder, bool withAnchor)
    {
        if (!Directory.Exists(folder))
        {
            throw new TrailUnreadableException(
                $"There is no folder {folder}. Name a data folder, or one with exported segments."
            );
        }

        var database = Path.Combine(folder, DatabaseName);
        if (File.Exists(database))
        {
            return new TrailPlace(TrailFolder.In(folder), withAnchor ? AnchorOf(database) : null);
        }

        if (TrailFolder.In(folder).Exists)
        {
            throw new TrailUnreadableException(
                $"{folder} has an audit trail but no {DatabaseName}, which knows how far it reaches. Restore the data folder "
                    + "whole; segments alone are verified in a folder of their own."
            );
        }

        return new TrailFolder(folder) is { } exported && exported.Segments().Count > 0
            ? new TrailPlace(exported, Anchor: null)
            : throw new TrailUnreadableException(
                $"{folder} is neither a data folder nor one with exported segments. Name one of these."
            );
    }

    private static AuditAnchor AnchorOf(string database)
    {
        try
        {
            return SqliteAuditAnchor.Read(database, TrailFolder.Node);
        }
        catch (StorageUnavailableException unreadable)
        {
            throw new TrailUnreadableException(unreadable.Message, unreadable);
        }
    }
}
