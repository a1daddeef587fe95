using System.Security.Cryptography;
using Keyhold.Crypto.Sealing;
using Keyhold.Server.Audit;
using Keyhold.Server.RootKeys;
using Keyhold.Storage;
using Keyhold.Storage.Audit;
using Keyhold.Storage.Installations;
using Keyhold.Storage.KeyRings;
using Keyhold.Storage.Postgres;
using Keyhold.Storage.Sqlite;

namespace Keyhold.Server.Hosting;

/// <summary>
/// A data folder: <c>keyhold.db</c>, <c>audit</c> and, unless it lives elsewhere, <c>root.key</c>. It is prepared once and then
/// only opened; the root key is made with it and never again. With a shared database each node has a folder of its own,
/// with its audit trail and its name (<c>node</c>), and nothing in it that another node needs.
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
        await using var database = await OpenToPrepareAsync(options, stop);
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
        Database database,
        AuditTrail trail,
        ServerOptions options,
        TimeProvider time,
        CancellationToken stop
    )
    {
        if ((await new KeyRingStore(database).ListAsync(stop)).Count > 0)
        {
            throw PreparedAlready(options, database);
        }

        var opened = await CreateKeyRingAsync(database, trail, options, time, stop);
        try
        {
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
        finally
        {
            opened.ClearKeys();
        }
    }

    /// <summary>
    /// Brings the database to this program's schema version, and says what was done. The event is written without the root
    /// key, so it is signed at the next start. On a shared database several nodes may do so at once: one does it.
    /// </summary>
    public static async Task<string> MigrateAsync(ServerOptions options, TimeProvider time, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        RequireDatabase(options);
        try
        {
            var result = options.Database.ConnectionString is { } connectionString
                ? await PostgresDatabase.MigrateAsync(connectionString, stop)
                : SqliteDatabase.Migrate(FileIn(options));
            await using var database = await OpenDatabaseAsync(options, migrate: false, stop);
            await using var trail = await AuditTrail.OpenAsync(options.DataFolder, database, options.Audit, time, stop);
            await trail.RecordAsync(
                CommandEvent.Of("MigrateDatabase", ("fromVersion", $"{result.From}"), ("toVersion", $"{result.To}"))
            );
            var place = database.IsShared ? $"The {database.Place}" : FileIn(options);
            return result.Applied.Count == 0
                ? $"{place} is up to date (schema version {result.To})."
                : $"{place} was brought from schema version {result.From} to {result.To}.";
        }
        catch (Exception refused) when (IsUnusable(refused))
        {
            throw new StartException(refused.Message, "", refused);
        }
    }

    /// <summary>A command that came to nothing is an event, too. Its own reason is worth more than that of a full disk.</summary>
    internal static Task RecordRefusalAsync(AuditTrail trail, string command, Exception refused) =>
        trail.RecordIfPossibleAsync(CommandEvent.Of(command) with { Error = ("Refused", refused.Message) });

    /// <summary>Whether it is the folder of an installation, or of a node of one.</summary>
    internal static bool Exists(ServerOptions options) =>
        File.Exists(FileIn(options)) || NodeName.IsIn(options.DataFolder);

    /// <summary>Whether the database can be opened by what <paramref name="options"/> say.</summary>
    internal static bool NamesDatabase(ServerOptions options) =>
        options.Database.IsShared || File.Exists(FileIn(options));

    /// <summary>
    /// Writes an event of a command that needs no root key into the trail of a stopped server's folder. It is signed at
    /// the next start.
    /// </summary>
    internal static async Task RecordAsync(
        ServerOptions options,
        CommandEvent command,
        TimeProvider time,
        CancellationToken stop
    )
    {
        try
        {
            await using var database = await OpenDatabaseAsync(options, migrate: false, stop);
            await using var trail = await AuditTrail.OpenAsync(options.DataFolder, database, options.Audit, time, stop);
            await trail.RecordAsync(command);
        }
        catch (Exception refused) when (IsUnusable(refused) || refused is StartException)
        {
            throw new StartException(
                $"{command.Name} cannot be recorded in the audit trail of {options.DataFolder}: {refused.Message}",
                "See to that, and run it again.",
                refused
            );
        }
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
        Database database,
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
            var (ring, key) = KeyRing.Create(rootKey.Key, time.GetUtcNow());
            var store = new KeyRingStore(database);
            if (!await store.AddFirstAsync(RingRows.ToRow(key), rootKey.Row, options.AccountId, stop))
            {
                ring.Dispose();
                throw PreparedAlready(options, database);
            }

            var follower = database.IsShared ? new RingFollower(database, ring, () => place, kept: null) : null;
            var opened = new OpenedFolder(
                database,
                trail,
                new OpenedRing(ring, rootKey.Key.Id, rootKey.Created, follower)
            );
            try
            {
                await opened.OpenTrailAsync(options.AccountId, time, stop);
            }
            catch
            {
                opened.ClearKeys();
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
        Database database,
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
                $"Keyhold records what it does in {TrailFolder.PathIn(options.DataFolder)} and does not work without: make "
                    + "room on its disk, and let this user read and write there.",
                refused
            );
        }
    }

    /// <summary>The one place that opens a database. The folder is this process's from then on.</summary>
    internal static async ValueTask<Database> OpenDatabaseAsync(
        ServerOptions options,
        bool migrate,
        CancellationToken stop
    )
    {
        if (!migrate)
        {
            RequireDatabase(options);
        }

        try
        {
            if (options.Database.ConnectionString is not { } connectionString)
            {
                return await SqliteDatabase.OpenAsync(FileIn(options), migrate, stop);
            }

            var shared = await PostgresDatabase.OpenAsync(connectionString, migrate, stop, options.DataFolder);
            try
            {
                NodeName.Ensure(options.DataFolder);
                return shared;
            }
            catch
            {
                await shared.DisposeAsync();
                throw;
            }
        }
        catch (Exception refused)
            when (refused
                    is SchemaException
                        or StorageUnavailableException
                        or IOException
                        or UnauthorizedAccessException
            )
        {
            throw new StartException(refused.Message, "", refused);
        }
    }

    /// <summary>The database to read from, whoever holds the data folder meanwhile; nothing is taken or written.</summary>
    internal static async ValueTask<Database> OpenToReadAsync(ServerOptions options, CancellationToken stop)
    {
        RequireDatabase(options);
        try
        {
            return options.Database.ConnectionString is { } connectionString
                ? await PostgresDatabase.OpenAsync(connectionString, migrate: false, stop)
                : SqliteOnlooker.Open(FileIn(options));
        }
        catch (Exception refused) when (refused is SchemaException or StorageUnavailableException)
        {
            throw new StartException(refused.Message, "", refused);
        }
    }

    /// <summary>A shared database for a move, set up when it is empty; no node's folder is taken for it.</summary>
    internal static async ValueTask<Database> OpenSharedToCopyAsync(DatabasePlace place, CancellationToken stop)
    {
        try
        {
            try
            {
                return await PostgresDatabase.OpenAsync(place.ConnectionString!, migrate: false, stop);
            }
            catch (SchemaException empty) when (empty.IsEmpty)
            {
                return await PostgresDatabase.OpenAsync(place.ConnectionString!, migrate: true, stop);
            }
        }
        catch (Exception refused) when (refused is SchemaException or StorageUnavailableException)
        {
            throw new StartException(refused.Message, "", refused);
        }
    }

    /// <summary>The database to restore into, set up when it is new or empty. One that is there stays at its version.</summary>
    internal static ValueTask<Database> OpenToRestoreAsync(ServerOptions options, CancellationToken stop) =>
        !options.Database.IsShared && !File.Exists(FileIn(options))
            ? OpenDatabaseAsync(options, migrate: true, stop)
            : OpenOrSetUpAsync(options, stop);

    /// <summary>What messages call an installation: by its folder, or by the database that its nodes share.</summary>
    internal static string NameOf(ServerOptions options, Database database) =>
        database.IsShared ? $"The {database.Place}" : $"The data folder {options.DataFolder}";

    internal static StartException NotPrepared(ServerOptions options, Database? database = null) =>
        database is { IsShared: true }
            ? new StartException(
                $"The {database.Place} is not prepared.",
                $"Prepare it once, on one node, with keyhold init --data {options.DataFolder} --database ..."
            )
            : new StartException(
                $"The data folder {options.DataFolder} is not prepared.",
                $"Prepare it once with keyhold init --data {options.DataFolder}, or try Keyhold out with keyhold serve --dev."
            );

    /// <summary>An empty database is set up. One that is there is not brought to another version by the way.</summary>
    private static async ValueTask<Database> OpenToPrepareAsync(ServerOptions options, CancellationToken stop)
    {
        if (!options.Database.IsShared)
        {
            return await OpenDatabaseAsync(options, migrate: true, stop);
        }

        if (File.Exists(FileIn(options)))
        {
            throw new StartException(
                $"The data folder {options.DataFolder} has an embedded database, {DatabaseName}.",
                "Choose a new folder for this node: its audit trail lies there."
            );
        }

        return await OpenOrSetUpAsync(options, stop);
    }

    private static async ValueTask<Database> OpenOrSetUpAsync(ServerOptions options, CancellationToken stop)
    {
        try
        {
            return await OpenDatabaseAsync(options, migrate: false, stop);
        }
        catch (StartException empty) when (empty.InnerException is SchemaException { IsEmpty: true })
        {
            return await OpenDatabaseAsync(options, migrate: true, stop);
        }
    }

    private static StartException PreparedAlready(ServerOptions options, Database database) =>
        database.IsShared
            ? new StartException(
                $"The {database.Place} is prepared already.",
                "A further node needs no init: start it with keyhold serve, a data folder of its own, the same --database and "
                    + "the same --root-key."
            )
            : new StartException(
                $"The data folder {options.DataFolder} is prepared already.",
                "Start the server with keyhold serve, or choose another folder."
            );

    private static void RequireDatabase(ServerOptions options)
    {
        if (!options.Database.IsShared && !File.Exists(FileIn(options)))
        {
            throw NotPrepared(options);
        }
    }

    private static string FileIn(ServerOptions options) => Path.Combine(options.DataFolder, DatabaseName);

    private static RootKeyPlace RootKeyOfNewFolder(ServerOptions options) =>
        options.RootKey ?? new RootKeyPlace.File(DefaultRootKeyFile(options.DataFolder));

    private static byte[] AskForNewPassphrase(ServerOptions options) =>
        options.AskPassphrase?.Invoke(true)
        ?? throw StartException.Usage(
            "A passphrase is to seal the data folder, and nobody is there to choose it.",
            "Run this on a terminal, or use --passphrase-file or --passphrase-fd."
        );
}
