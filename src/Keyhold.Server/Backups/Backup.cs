using System.Security.Cryptography;
using Keyhold.Crypto.Sealing;
using Keyhold.Server.Hosting;
using Keyhold.Storage;
using Keyhold.Storage.KeyRings;

namespace Keyhold.Server.Backups;

/// <summary>
/// Makes and proves backups of an installation, be it served or not. The database is read beside the server, which is not
/// disturbed; docs/decisions/0023-backups.md says why. What a user can mend is a <see cref="StartException"/>.
/// </summary>
public static class Backup
{
    private const UnixFileMode OwnerReadsAndWrites = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes a backup. The file is there, under its name, only once it is whole, proven and on record.</summary>
    /// <param name="overwrite">Whether it may take the place of a file that is there.</param>
    /// <param name="acceptDamage">Whether rows that fail their proof are kept as they are, and told.</param>
    public static async Task<BackupReport> MakeAsync(
        ServerOptions options,
        string file,
        bool overwrite,
        bool acceptDamage,
        BackupProgress progress,
        TimeProvider time,
        CancellationToken stop
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        file = Path.GetFullPath(file);
        RequirePlace(file, overwrite);
        RequireTrail(options);
        try
        {
            return await MakeProvenAsync(options, file, overwrite, acceptDamage, progress, time, stop);
        }
        catch (Exception refused) when (IsTold(refused))
        {
            var told = ToStartException(refused);
            await BackupEvent.RecordFailureAsync(options, file, told.Message, time, stop);
            if (refused is StartException)
            {
                throw;
            }

            throw told;
        }
    }

    /// <summary>Proves a backup again: that it is whole, and that everything in it is of use.</summary>
    public static async Task<BackupReport> VerifyAsync(
        ServerOptions options,
        string file,
        bool acceptDamage,
        BackupProgress progress,
        CancellationToken stop
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        using var opened = BackupFile.Open(Path.GetFullPath(file));
        using var rootKey = await OpenRootKeyAsync(options, opened, stop);
        return await BackupProof.RunAsync(
            opened,
            rootKey.Key,
            acceptDamage || opened.Header.AcceptsDamage,
            progress.Of("Proving"),
            stop
        );
    }

    /// <summary>The root key that a backup asks for.</summary>
    internal static Task<BackupRootKey> OpenRootKeyAsync(
        ServerOptions options,
        BackupFile file,
        CancellationToken stop
    ) => BackupRootKey.OpenAsync(options, $"The backup {file.Path}", file.Header.RootKeyId, file.Header.RootKeys, stop);

    private static async Task<BackupReport> MakeProvenAsync(
        ServerOptions options,
        string file,
        bool overwrite,
        bool acceptDamage,
        BackupProgress progress,
        TimeProvider time,
        CancellationToken stop
    )
    {
        var beside = Path.Combine(
            Path.GetDirectoryName(file)!,
            $".{Path.GetFileName(file)}.{RandomNumberGenerator.GetHexString(8, lowercase: true)}.part"
        );
        try
        {
            await using var database = await DataFolder.OpenToReadAsync(options, stop);
            using var rootKey = await OpenRootKeyAsync(options, database, stop);
            await SealedFolder.RequireAccountAsync(database, options, stop);

            // 1. Written beside its place, to the disk.
            await using (var output = CreateFile(beside))
            {
                var snapshot = new BackupSnapshot(database, rootKey.Key, time);
                await snapshot.WriteAsync(output, acceptDamage, progress.Of("Writing"), stop);
                output.Flush(flushToDisk: true);
            }

            // 2. Proven as it lies there.
            BackupReport report;
            using (var written = BackupFile.Open(beside))
            {
                report = await BackupProof.RunAsync(written, rootKey.Key, acceptDamage, progress.Of("Proving"), stop);
            }

            // 3. On record before anybody can use it.
            report = report with
            {
                File = file,
            };
            await BackupEvent.RecordAsync(options, report, time, stop);
            File.Move(beside, file, overwrite);
            return FolderFlush.Try(Path.GetDirectoryName(file)!) is { } failure
                ? throw new StartException(
                    $"The backup {file} is whole and proven, but its name could not be brought to the disk: {failure}.",
                    "Check the disk."
                )
                : report;
        }
        finally
        {
            File.Delete(beside);
        }
    }

    /// <summary>The root key in force of a database.</summary>
    internal static async Task<BackupRootKey> OpenRootKeyAsync(
        ServerOptions options,
        Database database,
        CancellationToken stop
    )
    {
        var store = new KeyRingStore(database);
        var ring = await store.ListAsync(stop);
        return ring.Count == 0
            ? throw DataFolder.NotPrepared(options, database)
            : await BackupRootKey.OpenAsync(
                options,
                DataFolder.NameOf(options, database),
                ring[0].RootKeyId,
                await store.ListRootKeysAsync(stop),
                stop
            );
    }

    /// <summary>A backup of a shared database goes on record in the trail of a node, which must not be made by the way.</summary>
    private static void RequireTrail(ServerOptions options)
    {
        if (options.Database.IsShared && !Directory.Exists(options.DataFolder))
        {
            throw StartException.Usage(
                $"There is no data folder {options.DataFolder}.",
                "Name the folder of a node by --data: the backup leaves an event in its audit trail."
            );
        }
    }

    private static void RequirePlace(string file, bool overwrite)
    {
        if (Directory.Exists(file))
        {
            throw StartException.Usage($"{file} is a folder.", "Name the file that the backup shall be.");
        }

        if (!Directory.Exists(Path.GetDirectoryName(file)))
        {
            throw StartException.Usage($"There is no folder {Path.GetDirectoryName(file)}.", "Make it first.");
        }

        if (File.Exists(file) && !overwrite)
        {
            throw StartException.Usage(
                $"There is a file {file} already, and a backup overwrites nothing.",
                "Name another file, or add --force."
            );
        }
    }

    private static FileStream CreateFile(string file)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 128 * 1024,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerReadsAndWrites;
        }

        return new FileStream(file, options);
    }

    /// <summary>Whether it is something that a user can mend.</summary>
    internal static bool IsTold(Exception refused) =>
        refused
            is StartException
                or StorageUnavailableException
                or SchemaException
                or IOException
                or UnauthorizedAccessException;

    internal static StartException ToStartException(Exception refused) =>
        refused is StartException or StorageUnavailableException or SchemaException
            ? new StartException(refused.Message, "", refused)
            : new StartException(
                $"A file cannot be written or read: {refused.Message}",
                "Choose a folder with room that this user may use.",
                refused
            );
}
