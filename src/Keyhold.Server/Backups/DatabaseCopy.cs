using System.Globalization;
using Keyhold.Crypto.Sealing;
using Keyhold.Server.Audit;
using Keyhold.Server.Hosting;
using Keyhold.Server.RootKeys;
using Keyhold.Server.Vault;
using Keyhold.Storage;
using Keyhold.Storage.KeyRings;

namespace Keyhold.Server.Backups;

/// <summary>
/// Moves an installation from one kind of database to the other (<see cref="RowCopy"/>). The embedded end's data folder is
/// held meanwhile, and stays a node's: its trail goes on with either database.
/// </summary>
public static class DatabaseCopy
{
    /// <summary><see cref="StartException"/> for what a user can mend.</summary>
    /// <param name="options">How the root key is opened.</param>
    public static async Task<CopyReport> RunAsync(
        CopyPlace from,
        CopyPlace to,
        ServerOptions options,
        BackupProgress progress,
        TimeProvider time,
        CancellationToken stop
    )
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        if (from.Database.IsShared == to.Database.IsShared)
        {
            throw StartException.Usage(
                "--from and --to name databases of the same kind.",
                "Copy from sqlite: to postgres: or the other way; to the same kind an installation moves by keyhold backup and restore."
            );
        }

        try
        {
            // The embedded end's folder is held for the whole time: no server runs on it meanwhile.
            await using var one = from.Database.IsShared
                ? await DataFolder.OpenToReadAsync(from.In(options), stop)
                : await DataFolder.OpenDatabaseAsync(from.In(options), migrate: false, stop);
            await using var sourceAlone = await RequireAloneAsync(one, stop);
            await using var other = to.Database.IsShared
                ? await DataFolder.OpenSharedToCopyAsync(to.Database, stop)
                : await DataFolder.OpenToRestoreAsync(to.In(options), stop);
            await using var targetAlone = await RequireAloneAsync(other, stop);
            using var ring = await OpenRingAsync(one, from.In(options), stop);
            var copy = new RowCopy(one, other, new RowAuthenticator(ring), progress.Of("Copying"));
            var rows = await copy.CopyAsync(stop);
            await copy.CompareAsync(stop);
            var report = new CopyReport(one.Place, other.Place, rows, copy.Found);
            var folder = (from.Database.IsShared ? to : from).In(options);
            await RecordAsync(report, folder, from.Database.IsShared ? other : one, time, stop);
            return report;
        }
        catch (Exception refused) when (refused is not StartException && Backup.IsTold(refused))
        {
            throw Backup.ToStartException(refused);
        }
    }

    private static async Task<JobLock> RequireAloneAsync(Database database, CancellationToken stop) =>
        await database.TryLockAloneAsync(stop)
        ?? throw new StartException(
            $"Nodes run on the {database.Place}, or another copy does.",
            "Stop every server on it, then run the copy again."
        );

    private static async Task<KeyRing> OpenRingAsync(Database source, ServerOptions options, CancellationToken stop)
    {
        using var rootKey = await Backup.OpenRootKeyAsync(options, source, stop);
        try
        {
            return KeyRing.Open(rootKey.Key, RingRows.ToKeys(await new KeyRingStore(source).ListAsync(stop)));
        }
        catch (SealException refused)
        {
            throw new StartException(
                $"The root key given does not open the {source.Place}: {refused.Message}",
                "Give the root key in force, by --root-key.",
                refused
            );
        }
    }

    private static async Task RecordAsync(
        CopyReport report,
        ServerOptions folder,
        Database database,
        TimeProvider time,
        CancellationToken stop
    )
    {
        try
        {
            await using var trail = await DataFolder.OpenTrailAsync(database, folder, time, stop);
            await trail.RecordAsync(
                CommandEvent.Of(
                    "CopyDatabase",
                    ("from", report.From),
                    ("to", report.To),
                    ("rows", report.Rows.Sum(each => each.Rows).ToString(CultureInfo.InvariantCulture))
                )
            );
        }
        catch (AuditUnavailableException full)
        {
            throw new StartException(
                $"Everything is copied, but that cannot be put on record: {full.Message}",
                "Mend that and run the copy again: it only compares.",
                full
            );
        }
    }
}
