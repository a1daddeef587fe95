using System.Security.Cryptography;
using Keyhold.Crypto.Sealing;
using Keyhold.Server.Audit;
using Keyhold.Server.RootKeys;
using Keyhold.Storage;
using Keyhold.Storage.Installations;
using Keyhold.Storage.KeyRings;

namespace Keyhold.Server.Hosting;

/// <summary>
/// A data folder whose database is open and locked, and whose key ring is not in memory. It can be unsealed as often as
/// one likes; it keeps no root key and no passphrase. (What is unsealed keeps a root key that is made of a passphrase where
/// nodes share a database: see <see cref="RingFollower"/>.)
/// </summary>
internal sealed class SealedFolder : IAsyncDisposable
{
    private readonly ServerOptions options;
    private readonly TimeProvider time;
    private OpenedFolder? madeNow;

    private SealedFolder(
        Database database,
        AuditTrail trail,
        (ServerOptions Options, TimeProvider Time) settings,
        RootKeyPlace rootKey,
        OpenedFolder? madeNow
    )
    {
        Database = database;
        Trail = trail;
        RootKey = rootKey;
        KeyRing = new KeyRingStore(database);
        (options, time) = settings;
        this.madeNow = madeNow;
        CreatedRootKey = madeNow is { CreatedRootKey: true };
    }

    public Database Database { get; }

    /// <summary>Written on while the folder is sealed, and signed again when it is not.</summary>
    public AuditTrail Trail { get; }

    public KeyRingStore KeyRing { get; }

    /// <summary>Where the root key is, which a rotation may change.</summary>
    public RootKeyPlace RootKey { get; private set; }

    /// <summary>Whether the root key was made when the folder was opened.</summary>
    public bool CreatedRootKey { get; }

    public bool NeedsPassphrase => RootKey is RootKeyPlace.Passphrase;

    /// <summary>Opens a prepared folder, and in dev mode prepares it first when it is new.</summary>
    public static async ValueTask<SealedFolder> OpenAsync(
        ServerOptions options,
        TimeProvider time,
        CancellationToken stop
    )
    {
        var database = await DataFolder.OpenDatabaseAsync(options, migrate: options.Dev, stop);
        AuditTrail? trail = null;
        try
        {
            trail = await DataFolder.OpenTrailAsync(database, options, time, stop);
            OpenedFolder? made = null;
            var store = new KeyRingStore(database);
            if ((await store.ListAsync(stop)).Count == 0)
            {
                made = options.Dev
                    ? await DataFolder.CreateKeyRingAsync(database, trail, options, time, stop)
                    : throw DataFolder.NotPrepared(options, database);
            }

            await RequireAccountAsync(database, options, stop);
            var rootKey = options.RootKey ?? DefaultOf(options, await store.ListRootKeysAsync(stop));
            return new SealedFolder(database, trail, (options, time), rootKey, made);
        }
        catch (Exception refused)
        {
            if (trail is not null)
            {
                await DataFolder.RecordRefusalAsync(trail, "OpenFolder", refused);
                await trail.DisposeAsync();
            }

            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>Unseals, asking for the passphrase if it takes one; null when nobody is there to give it.</summary>
    public async ValueTask<OpenedFolder?> UnsealByAskingAsync(CancellationToken stop)
    {
        if (!NeedsPassphrase || madeNow is not null)
        {
            return await UnsealAsync(ReadOnlyMemory<byte>.Empty, stop);
        }

        // Before anybody is asked, or waited for, in vain.
        var rows = await KeyRing.ListAsync(stop);
        RootKeySource.RequireKind(RootKey, IdIn(rows), await KeyRing.ListRootKeysAsync(stop));
        if (options.AskPassphrase?.Invoke(false) is not { } passphrase)
        {
            return null;
        }

        try
        {
            return await UnsealAsync(passphrase, stop);
        }
        catch (WrongPassphraseException wrong)
        {
            throw new StartException(wrong.Message, "", wrong);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(passphrase);
        }
    }

    /// <summary>
    /// Opens the key ring. <see cref="StartException"/> for what a user can mend, and
    /// <see cref="WrongPassphraseException"/>.
    /// </summary>
    public async ValueTask<OpenedFolder> UnsealAsync(ReadOnlyMemory<byte> passphrase, CancellationToken stop)
    {
        if (Interlocked.Exchange(ref madeNow, null) is { } made)
        {
            return made;
        }

        var rows = await KeyRing.ListAsync(stop);
        var rootKey = await OpenRootKeyAsync(passphrase, stop);
        var isKept = KeepsRootKey;
        OpenedRing ring;
        try
        {
            var keys = OpenRing(rootKey, rows);
            var follower = Database.IsShared
                ? new RingFollower(Database, keys, () => RootKey, isKept ? rootKey : null)
                : null;
            ring = new OpenedRing(keys, rootKey.Id, CreatedRootKey: false, follower);
        }
        catch
        {
            isKept = false;
            throw;
        }
        finally
        {
            if (!isKept)
            {
                rootKey.Dispose();
            }
        }

        try
        {
            var opened = new OpenedFolder(Database, Trail, ring);
            await opened.OpenTrailAsync(options.AccountId, time, stop);
            return opened;
        }
        catch (Exception failure)
        {
            await SealAgainAsync(ring.Dispose);
            if (failure is SealException)
            {
                throw new StartException(
                    $"The audit key of this data folder does not open: {failure.Message}",
                    "Restore the database from a backup.",
                    failure
                );
            }

            throw;
        }
    }

    /// <summary>Takes back an unsealing that came to nothing: no key stays in memory.</summary>
    public async ValueTask SealAgainAsync(Action clearKeys)
    {
        try
        {
            await Trail.SealAsync();
        }
        catch (AuditUnavailableException)
        {
            // What is not signed is chained, and signed after the next unsealing.
        }
        finally
        {
            clearKeys();
        }
    }

    /// <summary>The root key itself, for work on the ring. The caller disposes of it when that is done.</summary>
    public async ValueTask<IRootKey> OpenRootKeyAsync(ReadOnlyMemory<byte> passphrase, CancellationToken stop)
    {
        var rows = await KeyRing.ListAsync(stop);
        var recorded = await KeyRing.ListRootKeysAsync(stop);

        // Argon2id and HSMs take their time, which must not hold up a thread that serves requests.
        return await Task.Run(() => RootKeySource.Open(RootKey, IdIn(rows), recorded, passphrase.Span), stop);
    }

    private static string IdIn(IReadOnlyList<KeyRingRow> rows) => rows.Count > 0 ? rows[0].RootKeyId : "";

    /// <summary>Whether a root key is kept while the ring is open: its place alone does not open what other nodes add.</summary>
    private bool KeepsRootKey => Database.IsShared && NeedsPassphrase;

    /// <summary>
    /// The ring is under <paramref name="rootKey"/>, of another place, now: for the next unsealing, and for what is unsealed,
    /// if anything is. The root key is taken over.
    /// </summary>
    public async ValueTask ChangeRootKeyAsync(RootKeyPlace to, IRootKey rootKey, OpenedFolder? unsealed)
    {
        RootKey = to;
        var kept = unsealed is not null && KeepsRootKey ? rootKey : null;
        if (kept is null)
        {
            rootKey.Dispose();
        }

        if (unsealed is not null)
        {
            await unsealed.FollowByAsync(kept);
        }
    }

    private KeyRing OpenRing(IRootKey rootKey, IReadOnlyList<KeyRingRow> rows)
    {
        try
        {
            return Crypto.Sealing.KeyRing.Open(rootKey, RingRows.ToKeys(rows));
        }
        catch (SealException refused)
        {
            throw new StartException(
                $"The root key {RootKey.Text} does not open this data folder: {refused.Message}",
                "Give the root key that the folder was prepared with, by --root-key.",
                refused
            );
        }
    }

    public async ValueTask DisposeAsync()
    {
        madeNow?.ClearKeys();
        await Trail.DisposeAsync();
        await Database.DisposeAsync();
    }

    /// <summary>Where the root key is when nobody says so.</summary>
    public static RootKeyPlace DefaultOf(ServerOptions options, IReadOnlyList<RootKeyRow> recorded) =>
        recorded is [{ Provider: var provider }] && provider is not "file"
            ? provider is "passphrase"
                ? new RootKeyPlace.Passphrase()
                : throw new StartException(
                    $"The root key of the data folder {options.DataFolder} is of the kind \"{provider}\", and it is not said where.",
                    "Give the --root-key that the folder was prepared with."
                )
            : new RootKeyPlace.File(DataFolder.DefaultRootKeyFile(options.DataFolder));

    /// <summary><see cref="StartException"/> when the database belongs to another account than was named.</summary>
    public static async ValueTask RequireAccountAsync(Database database, ServerOptions options, CancellationToken stop)
    {
        var account = await new InstallationStore(database).FindAccountAsync(stop);
        if (!string.Equals(account, options.AccountId, StringComparison.Ordinal))
        {
            throw new StartException(
                $"{DataFolder.NameOf(options, database)} belongs to account {account}, not to {options.AccountId}.",
                $"Start with --account {account}, or choose another {(database.IsShared ? "database" : "folder")}."
            );
        }
    }
}
