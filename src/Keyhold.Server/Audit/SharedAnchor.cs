using Keyhold.Server.Hosting;
using Keyhold.Storage;
using Keyhold.Storage.Audit;
using Keyhold.Storage.Postgres;

namespace Keyhold.Server.Audit;

/// <summary>What a shared database knows of the chain in a node's data folder, for who verifies it without the key ring.</summary>
public sealed class SharedAnchor
{
    private SharedAnchor(AuditAnchor anchor) => Anchor = anchor;

    internal AuditAnchor Anchor { get; }

    /// <summary>
    /// Null when the database is the embedded one, or the folder is no data folder but one with exported segments.
    /// <see cref="TrailUnreadableException"/> when it cannot be read.
    /// </summary>
    public static async Task<SharedAnchor?> FindAsync(string folder, DatabasePlace place, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(place);
        if (place.ConnectionString is not { } connectionString || !Directory.Exists(TrailFolder.PathIn(folder)))
        {
            return null;
        }

        try
        {
            var node = NodeName.Of(folder);
            await using var database = await PostgresDatabase.OpenAsync(connectionString, migrate: false, stop);
            return new SharedAnchor(await new AuditCheckpointStore(database).FindAnchorAsync(node, stop));
        }
        catch (Exception unreadable)
            when (unreadable
                    is SchemaException
                        or StorageUnavailableException
                        or IOException
                        or UnauthorizedAccessException
            )
        {
            throw new TrailUnreadableException(unreadable.Message, unreadable);
        }
    }
}
