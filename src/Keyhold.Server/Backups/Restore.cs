using System.Globalization;
using Keyhold.Crypto.Sealing;
using Keyhold.Server.Audit;
using Keyhold.Server.Hosting;
using Keyhold.Storage;

namespace Keyhold.Server.Backups;

/// <summary>
/// Restores a backup into an empty place, in either kind of database, whichever it was made of. All or nothing: until the
/// backup is proven nothing is touched, and what fails after that is taken back. <see cref="StartException"/> for what a user
/// can mend.
/// </summary>
public static class Restore
{
    /// <summary>The restored installation has the root key that opened the backup, and a trail of its own.</summary>
    /// <param name="acceptDamage">Whether rows that fail their proof are restored as they are, and told.</param>
    public static async Task<BackupReport> RunAsync(
        ServerOptions options,
        string file,
        bool acceptDamage,
        BackupProgress progress,
        TimeProvider time,
        CancellationToken stop
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        using var backup = BackupFile.Open(Path.GetFullPath(file));
        using var rootKey = await Backup.OpenRootKeyAsync(options, backup, stop);
        options = options with { AccountId = backup.Header.AccountId, RootKey = rootKey.Place, Dev = false };
        var report = await BackupProof.RunAsync(
            backup,
            rootKey.Key,
            acceptDamage || backup.Header.AcceptsDamage,
            progress.Of("Proving"),
            stop
        );
        var target = new RestoreTarget(options.DataFolder);
        try
        {
            using var ring = BackupProof.OpenRing(backup, rootKey.Key);
            await using var database = await DataFolder.OpenToRestoreAsync(options, stop);
            var place = DataFolder.NameOf(options, database);
            await BackupPouring.RequireEmptyAsync(database, place, stop);
            await new BackupPouring(backup, ring).PourAsync(database, place, progress.Of("Restoring"), stop);
            await RecordOrEmptyAsync(database, backup, ring, options, time, stop);
            return report;
        }
        catch (Exception refused)
        {
            target.Undo();
            if (refused is not StartException && Backup.IsTold(refused))
            {
                throw Backup.ToStartException(refused);
            }

            throw;
        }
    }

    private static async Task RecordOrEmptyAsync(
        Database database,
        BackupFile backup,
        KeyRing ring,
        ServerOptions options,
        TimeProvider time,
        CancellationToken stop
    )
    {
        try
        {
            // A chain of its own, unless the trail's folder was put back before.
            NodeName.Ensure(options.DataFolder);
            await using var trail = await DataFolder.OpenTrailAsync(database, options, time, stop);
            var unsealed = new OpenedRing(ring, backup.Header.RootKeyId, CreatedRootKey: false, Follower: null);
            var opened = new OpenedFolder(database, trail, unsealed);
            await opened.OpenTrailAsync(options.AccountId, time, stop);
            await trail.RecordAsync(
                CommandEvent.Of(
                    "Restore",
                    ("file", backup.Path),
                    ("backupId", backup.Header.BackupId),
                    ("backupTime", backup.Header.CreatedAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)),
                    ("rows", backup.Header.Rows.ToString(CultureInfo.InvariantCulture))
                )
            );
        }
        catch (AuditUnavailableException full)
        {
            await BackupPouring.EmptyAsync(database, CancellationToken.None);
            throw new StartException(
                $"The restore cannot be put on record: {full.Message}",
                "Let this user write to the data folder, make room on its disk, and run it again.",
                full
            );
        }
        catch
        {
            await BackupPouring.EmptyAsync(database, CancellationToken.None);
            throw;
        }
    }
}
