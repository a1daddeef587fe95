using System.Security.Cryptography;
using Keyhold.Crypto.Sealing;
using Keyhold.Server.Audit;
using Keyhold.Server.RootKeys;
using Keyhold.Storage;
using Keyhold.Storage.Audit;
using Keyhold.Storage.Installations;
using Keyhold.Storage.KeyRings;
using Keyhold.Storage.Sqlite;

namespace Keyhold.Server.Hosting;

/// <summary>
/// A data folder: <c>keyhold.db</c>, <c>audit</c> and, unless it lives elsewhere, <c>root.key</c>. It is prepared once and then
/// only opened; the root key is made with it and never again.
/// </summary>
public static class DataFolder
{
    private const string DatabaseName = "keyhold.db";
    private const string RootKeyName = "root.key";

    public static string DefaultRootKeyFile(string dataFolder) => Path.Combine(dataFolder, RootKeyName);

    /// <summary>Whether somebody who can read the folder (a backup, say) could read the root key as well.</summary>
    public static bool HoldsRootKey(string dataFolder, RootKeyPlace rootKey) =>
        rootKey is RootKeyPlace.File file
        && Path.GetFullPath(file.Path)
            .StartsWith(
                Path.TrimEndingDirectorySeparator(Path.GetFullPath(dataFolder)) + Path.DirectorySeparatorChar,
                StringComparison.Ordinal
            );

    /// <summary>Prepares a folder: database, root key, key ring, first access key. Refuses one that is prepared already.</summary>
    public static async Task<InitResult> InitializeAsync(
        ServerOptions options,
        TimeProvider time,
        CancellationToken stop
    )
    {
        options.RequireValid();
        await using var database = await OpenDatabaseAsync(options.DataFolder, migrate: true, stop);
        await using var trail = await OpenTrailAsync(database, options, time, stop);
        try
        {
            return await InitializeAsync(database, trail, options, time, stop);
        }
        catch (Exception refused)
        {
            await RecordRefusalAsync(trail, "Initialize", refused);
            throw;
        }
    }

    private static async Task<InitResult> InitializeAsync(
        SqliteDatabase database,
        AuditTrail trail,
        ServerOptions options,
        TimeProvider time,
        CancellationToken stop
    )
    {
        if ((await new KeyRingStore(database).ListAsync(stop)).Count > 0)
        {
            throw new StartException(
                $"The data folder {options.DataFolder} is prepared already.",
                "Start the server with keyhold serve, or choose another folder."
            );
        }

        var opened = await CreateKeyRingAsync(database, trail, options, time, stop);
        using var ring = opened.Ring;
        await trail.RecordAsync(CommandEvent.Of("Initialize", ("rootKeyId", opened.RootKeyId)));
        var (accessKey, generated) = await FirstAccessKey.EnsureAsync(opened, options, time, stop);
        return new InitResult(
            options.DataFolder,
            RootKeyOfNewFolder(options),
            opened.CreatedRootKey,
            opened.RootKeyId,
            accessKey ?? throw new InvalidOperationException("A new folder has an access key already."),
            generated,
            trail.KeyFingerprint ?? throw new InvalidOperationException("An open folder has no audit key.")
        );
    }

    /// <summary>
    /// Brings the folder's database to this program's schema version, and says what was done. The event is written without
    /// the root key, so it is signed at the next start.
    /// </summary>
    public static async Task<string> MigrateAsync(string dataFolder, TimeProvider time, CancellationToken stop)
    {
        RequireDatabase(dataFolder);
        var file = Path.Combine(dataFolder, DatabaseName);
        try
        {
            var result = SqliteDatabase.Migrate(file);
            await WriteAsync(
                dataFolder,
                CommandEvent.Of("MigrateDatabase", ("fromVersion", $"{result.From}"), ("toVersion", $"{result.To}")),
                time,
                stop
            );
            return result.Applied.Count == 0
                ? $"{file} is up to date (schema version {result.To})."
                : $"{file} was brought from schema version {result.From} to {result.To}.";
        }
        catch (Exception refused) when (IsUnusable(refused))
        {
            throw new StartException(refused.Message, "", refused);
        }
    }

    /// <summary>A command that came to nothing is an event, too. Its own reason is worth more than that of a full disk.</summary>
    internal static Task RecordRefusalAsync(AuditTrail trail, string command, Exception refused) =>
        trail.RecordIfPossibleAsync(CommandEvent.Of(command) with { Error = ("Refused", refused.Message) });

    internal static bool Exists(string dataFolder) => File.Exists(Path.Combine(dataFolder, DatabaseName));

    /// <summary>
    /// Writes an event of a command that needs no root key into the trail of a stopped server's folder. It is signed at
    /// the next start.
    /// </summary>
    internal static async Task RecordAsync(
        string dataFolder,
        CommandEvent command,
        TimeProvider time,
        CancellationToken stop
    )
    {
        try
        {
            await WriteAsync(dataFolder, command, time, stop);
        }
        catch (Exception refused) when (IsUnusable(refused))
        {
            throw new StartException(
                $"{command.Name} cannot be recorded in the audit trail of {dataFolder}: {refused.Message}",
                "See to that, and run it again.",
                refused
            );
        }
    }

    private static async Task WriteAsync(
        string dataFolder,
        CommandEvent command,
        TimeProvider time,
        CancellationToken stop
    )
    {
        await using var database = await SqliteDatabase.OpenAsync(
            Path.Combine(dataFolder, DatabaseName),
            migrate: false,
            stop
        );
        await using var trail = await AuditTrail.OpenAsync(dataFolder, database, new AuditOptions(), time, stop);
        await trail.RecordAsync(command);
    }

    private static bool IsUnusable(Exception failure) =>
        failure
            is SchemaException
                or StorageUnavailableException
                or AuditUnavailableException
                or IOException
                or UnauthorizedAccessException;

    /// <summary>Opens a prepared folder with its root key, and in dev mode prepares it first when it is new.</summary>
    internal static async ValueTask<OpenedFolder> OpenAsync(
        ServerOptions options,
        TimeProvider time,
        CancellationToken stop
    )
    {
        var folder = await SealedFolder.OpenAsync(options, time, stop);
        try
        {
            return await folder.UnsealByAskingAsync(stop)
                ?? throw new StartException(
                    $"The data folder {options.DataFolder} opens with a passphrase, and nobody is there to give it.",
                    "Run this on a terminal, or use --passphrase-file or --passphrase-fd."
                );
        }
        catch (Exception refused)
        {
            await RecordRefusalAsync(folder.Trail, "OpenFolder", refused);
            await folder.DisposeAsync();
            throw;
        }
    }

    /// <summary>The first ring key, under a root key that is made now unless it is there.</summary>
    internal static async ValueTask<OpenedFolder> CreateKeyRingAsync(
        SqliteDatabase database,
        AuditTrail trail,
        ServerOptions options,
        TimeProvider time,
        CancellationToken stop
    )
    {
        var place = RootKeyOfNewFolder(options);
        var passphrase = place is RootKeyPlace.Passphrase ? AskForNewPassphrase(options) : [];
        try
        {
            using var rootKey = RootKeySource.Make(place, passphrase);
            await new InstallationStore(database).SetAccountAsync(options.AccountId, stop);
            var (ring, key) = KeyRing.Create(rootKey.Key, time.GetUtcNow());
            await new KeyRingStore(database).AddFirstAsync(RingRows.ToRow(key), rootKey.Row, stop);
            var opened = new OpenedFolder(database, trail, ring, rootKey.Key.Id, rootKey.Created);
            try
            {
                await opened.OpenTrailAsync(options.AccountId, time, stop);
            }
            catch
            {
                ring.Dispose();
                throw;
            }

            return opened;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(passphrase);
        }
    }

    /// <summary>The folder's audit trail, which needs no key ring to be written.</summary>
    internal static async ValueTask<AuditTrail> OpenTrailAsync(
        SqliteDatabase database,
        ServerOptions options,
        TimeProvider time,
        CancellationToken stop
    )
    {
        try
        {
            return await AuditTrail.OpenAsync(options.DataFolder, database, options.Audit, time, stop);
        }
        catch (Exception refused)
            when (refused is AuditUnavailableException or IOException or UnauthorizedAccessException)
        {
            throw new StartException(
                refused.Message,
                $"Keyhold records what it does in {TrailFolder.In(options.DataFolder).Path} and does not work without: make "
                    + "room on its disk, and let this user read and write there.",
                refused
            );
        }
    }

    internal static async ValueTask<SqliteDatabase> OpenDatabaseAsync(
        string dataFolder,
        bool migrate,
        CancellationToken stop
    )
    {
        if (!migrate)
        {
            RequireDatabase(dataFolder);
        }

        try
        {
            return await SqliteDatabase.OpenAsync(Path.Combine(dataFolder, DatabaseName), migrate, stop);
        }
        catch (Exception refused) when (refused is SchemaException or StorageUnavailableException)
        {
            throw new StartException(refused.Message, "", refused);
        }
    }

    internal static StartException NotPrepared(string dataFolder) =>
        new(
            $"The data folder {dataFolder} is not prepared.",
            $"Prepare it once with keyhold init --data {dataFolder}, or try Keyhold out with keyhold serve --dev."
        );

    private static void RequireDatabase(string dataFolder)
    {
        if (!Exists(dataFolder))
        {
            throw NotPrepared(dataFolder);
        }
    }

    private static RootKeyPlace RootKeyOfNewFolder(ServerOptions options) =>
        options.RootKey ?? new RootKeyPlace.File(DefaultRootKeyFile(options.DataFolder));

    private static byte[] AskForNewPassphrase(ServerOptions options) =>
        options.AskPassphrase?.Invoke(true)
        ?? throw StartException.Usage(
            "A passphrase is to seal the data folder, and nobody is there to choose it.",
            "Run this on a terminal, or use --passphrase-file or --passphrase-fd."
        );
}
