using Keyhold.Crypto.Sealing;
using Keyhold.Server.Audit;
using Keyhold.Server.Vault;
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
    public static bool HoldsRootKey(string dataFolder, string rootKeyFile) =>
        Path.GetFullPath(rootKeyFile)
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
        if ((await new KeyRingStore(database).ListAsync(stop)).Count > 0)
        {
            throw new StartException(
                $"The data folder {options.DataFolder} is prepared already.",
                "Start the server with keyhold serve, or choose another folder."
            );
        }

        var createdRootKey = await CreateKeyRingAsync(database, options, time, stop);
        await using var opened = await UnsealAsync(database, options, createdRootKey, time, stop);
        await opened.Trail.RecordAsync(CommandEvent.Of("Initialize", ("rootKeyId", opened.RootKeyId)));
        var (accessKey, generated) = await FirstAccessKey.EnsureAsync(opened, options, time, stop);
        return new InitResult(
            options.DataFolder,
            RootKeyFileOf(options),
            createdRootKey,
            opened.RootKeyId,
            accessKey ?? throw new InvalidOperationException("A new folder has an access key already."),
            generated,
            opened.Trail.KeyFingerprint ?? throw new InvalidOperationException("An open folder has no audit key.")
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
            await using var database = await SqliteDatabase.OpenAsync(file, migrate: false, stop);
            await using var trail = await AuditTrail.OpenAsync(dataFolder, database, new AuditOptions(), time, stop);
            await trail.RecordAsync(
                CommandEvent.Of("MigrateDatabase", ("fromVersion", $"{result.From}"), ("toVersion", $"{result.To}"))
            );
            return result.Applied.Count == 0
                ? $"{file} is up to date (schema version {result.To})."
                : $"{file} was brought from schema version {result.From} to {result.To}.";
        }
        catch (Exception refused)
            when (refused
                    is SchemaException
                        or StorageUnavailableException
                        or AuditUnavailableException
                        or IOException
                        or UnauthorizedAccessException
            )
        {
            throw new StartException(refused.Message, "", refused);
        }
    }

    /// <summary>Opens a prepared folder, and in dev mode prepares it first when it is new.</summary>
    internal static async ValueTask<OpenedFolder> OpenAsync(
        ServerOptions options,
        TimeProvider time,
        CancellationToken stop
    )
    {
        if (!options.Dev)
        {
            RequireDatabase(options.DataFolder);
        }

        var database = await OpenDatabaseAsync(options.DataFolder, migrate: options.Dev, stop);
        try
        {
            var createdRootKey = false;
            if ((await new KeyRingStore(database).ListAsync(stop)).Count == 0)
            {
                createdRootKey = options.Dev
                    ? await CreateKeyRingAsync(database, options, time, stop)
                    : throw NotPrepared(options.DataFolder);
            }

            return await UnsealAsync(database, options, createdRootKey, time, stop);
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>True when the root key was made now; false when the file was there, from an interrupted start or by choice.</summary>
    private static async ValueTask<bool> CreateKeyRingAsync(
        SqliteDatabase database,
        ServerOptions options,
        TimeProvider time,
        CancellationToken stop
    )
    {
        var file = RootKeyFileOf(options);
        var create = !File.Exists(file);
        using var rootKey = LoadRootKey(file, create);
        await new InstallationStore(database).SetAccountAsync(options.AccountId, stop);
        var now = time.GetUtcNow();
        var (ring, key) = KeyRing.Create(rootKey, now);
        using (ring)
        {
            await new KeyRingStore(database).AddAsync(
                new KeyRingRow(key.Id, key.SealedKey.ToArray(), key.RootKeyId, now),
                stop
            );
        }

        return create;
    }

    private static async ValueTask<OpenedFolder> UnsealAsync(
        SqliteDatabase database,
        ServerOptions options,
        bool createdRootKey,
        TimeProvider time,
        CancellationToken stop
    )
    {
        var account = await new InstallationStore(database).FindAccountAsync(stop);
        if (!string.Equals(account, options.AccountId, StringComparison.Ordinal))
        {
            throw new StartException(
                $"The data folder {options.DataFolder} belongs to account {account}, not to {options.AccountId}.",
                $"Start with --account {account}, or choose another folder."
            );
        }

        var rows = await new KeyRingStore(database).ListAsync(stop);
        using var rootKey = LoadRootKey(RootKeyFileOf(options), create: false);
        try
        {
            var ring = KeyRing.Open(
                rootKey,
                [.. rows.Select(row => new SealedRingKey(row.Id, row.SealedKey, row.CreatedAt, row.RootKeyId))]
            );
            var trail = await OpenTrailAsync(database, ring, options, time, stop);
            return new OpenedFolder(database, trail, ring, rootKey.Id, createdRootKey);
        }
        catch (SealException refused)
        {
            throw new StartException(
                $"The root key {RootKeyFileOf(options)} does not open this data folder: {refused.Message}",
                "Give the root key that the folder was prepared with, by --root-key file:PATH.",
                refused
            );
        }
    }

    private static async ValueTask<AuditTrail> OpenTrailAsync(
        SqliteDatabase database,
        KeyRing ring,
        ServerOptions options,
        TimeProvider time,
        CancellationToken stop
    )
    {
        var authenticator = new RowAuthenticator(ring);
        AuditTrail? trail = null;
        try
        {
            trail = await AuditTrail.OpenAsync(options.DataFolder, database, options.Audit, time, stop);
            var keys = new AuditKeyVault(ring, options.AccountId, new AuditKeyStore(database, authenticator), time);
            var key = await keys.EnsureAsync(TrailFolder.Node, stop);
            await trail.UnsealAsync(key, new AuditIntentStore(database, authenticator), stop);
            return trail;
        }
        catch (Exception refused)
            when (refused is AuditUnavailableException or IOException or UnauthorizedAccessException)
        {
            await (trail?.DisposeAsync() ?? ValueTask.CompletedTask);
            throw new StartException(
                refused.Message,
                $"Keyhold records what it does in {TrailFolder.In(options.DataFolder).Path} and does not work without: make "
                    + "room on its disk, and let this user read and write there.",
                refused
            );
        }
    }

    private static FileRootKey LoadRootKey(string file, bool create)
    {
        try
        {
            return create ? FileRootKey.Create(file) : FileRootKey.Load(file);
        }
        catch (RootKeyException refused)
        {
            throw new StartException(
                refused.Message,
                "Check --root-key file:PATH; without the root key the data cannot be opened.",
                refused
            );
        }
    }

    private static async ValueTask<SqliteDatabase> OpenDatabaseAsync(
        string dataFolder,
        bool migrate,
        CancellationToken stop
    )
    {
        try
        {
            return await SqliteDatabase.OpenAsync(Path.Combine(dataFolder, DatabaseName), migrate, stop);
        }
        catch (Exception refused) when (refused is SchemaException or StorageUnavailableException)
        {
            throw new StartException(refused.Message, "", refused);
        }
    }

    private static void RequireDatabase(string dataFolder)
    {
        if (!File.Exists(Path.Combine(dataFolder, DatabaseName)))
        {
            throw NotPrepared(dataFolder);
        }
    }

    private static StartException NotPrepared(string dataFolder) =>
        new(
            $"The data folder {dataFolder} is not prepared.",
            $"Prepare it once with keyhold init --data {dataFolder}, or try Keyhold out with keyhold serve --dev."
        );

    private static string RootKeyFileOf(ServerOptions options) =>
        options.RootKeyFile ?? DefaultRootKeyFile(options.DataFolder);
}
