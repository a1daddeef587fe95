using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Keyhold.Protocol;
using Keyhold.Server.Hosting;
using Keyhold.Server.Vault;
using Keyhold.Storage;
using Keyhold.Storage.Accounts;

namespace Keyhold.Server.Access;

/// <summary>
/// The access keys: made, found, disabled, deleted. Found ones stay unsealed in memory until they change. Where one process
/// owns the database, a change here is the only change there is; where nodes share it, the row is read for each use, and
/// memory only saves the unsealing.
/// </summary>
internal sealed class AccessKeys(AccessKeyStore store, SecretVault vault, Installation installation, TimeProvider time)
    : IDisposable
{
    /// <summary>RAM's limit for a user. The account's root has none.</summary>
    public const int MaximumActive = 2;

    /// <summary>With the disabled ones; a bound for what is listed and judged at once.</summary>
    public const int MaximumOfAUser = 100;

    /// <summary>Of a secret that is made here, in characters.</summary>
    public const int SecretLength = 30;

    /// <summary>So many unsealed secrets are kept; past that the cache starts anew rather than grow.</summary>
    private const int MaximumCached = 10_000;

    private const string IdPrefix = "KH";
    private const int IdLength = 24;
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private readonly ConcurrentDictionary<string, Unsealed> cache = new(StringComparer.Ordinal);

    private readonly Lock door = new();

    /// <summary>Is told which access key was changed here.</summary>
    public Action<string>? Forgot { get; set; }

    /// <summary>Counts changes, so that a row read before a change is not cached after it.</summary>
    private long changes;

    /// <summary>The key, whatever its status; null when there is none.</summary>
    public async ValueTask<AccessKey?> FindAsync(string accessKeyId, CancellationToken stop)
    {
        if (!store.IsShared && cache.TryGetValue(accessKeyId, out var known))
        {
            return known.Key;
        }

        var changesBefore = Volatile.Read(ref changes);
        var row = await store.FindAsync(accessKeyId, stop);
        if (store.IsShared && cache.TryGetValue(accessKeyId, out var remembered))
        {
            if (row is not null && remembered.IsOf(row))
            {
                return remembered.Key;
            }

            changesBefore = Drop(accessKeyId, clear: row is null || !IsActive(row));
        }

        if (row is null)
        {
            return null;
        }

        var secret = vault.OpenAccessKeySecret(row);
        var found = new AccessKey(new Principal(row.AccessKeyId, row.Owner), secret, IsActive(row));
        Keep(new Unsealed(found, row), changesBefore);
        return found;
    }

    /// <summary>Another node says that it changed: what is remembered of it goes, and a secret that is of no use any more.</summary>
    public async ValueTask ReconsiderAsync(string accessKeyId, CancellationToken stop)
    {
        if (cache.ContainsKey(accessKeyId))
        {
            try
            {
                await FindAsync(accessKeyId, stop);
            }
            catch (Exception refused)
                when (refused is ApiException or StorageUnavailableException or RowTamperedException)
            {
                // Whoever uses it hears of it.
            }
        }
    }

    /// <summary>Makes a key with a random id and secret. This is the only moment at which the secret can be seen.</summary>
    public async ValueTask<(AccessKeyRow Row, string Secret)> CreateAsync(string owner, CancellationToken stop)
    {
        var accessKeyId = IdPrefix + RandomNumberGenerator.GetString(Alphabet, IdLength - IdPrefix.Length);
        var secret = RandomNumberGenerator.GetString(Alphabet, SecretLength);
        var row = await AddAsync(accessKeyId, secret, owner, stop);
        return (row ?? throw new InvalidOperationException("A random access key id came up twice."), secret);
    }

    /// <summary>Adds a key whose id and secret somebody else chose; null when the id exists already.</summary>
    public async ValueTask<AccessKeyRow?> AddAsync(
        string accessKeyId,
        string secret,
        string owner,
        CancellationToken stop
    )
    {
        var secretBytes = Encoding.UTF8.GetBytes(secret);
        try
        {
            var row = new AccessKeyRow(
                accessKeyId,
                owner,
                vault.SealAccessKeySecret(accessKeyId, secretBytes),
                AccessKeyStatus.Active,
                time.GetUtcNow(),
                Revision: 1
            );
            return await AddAsync(row, stop) ? row : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secretBytes);
        }
    }

    /// <summary>All keys of the account and its users.</summary>
    public ValueTask<IReadOnlyList<AccessKeyRow>> ListAsync(CancellationToken stop) => store.ListAsync(stop);

    public ValueTask<IReadOnlyList<AccessKeyRow>> ListAsync(string owner, CancellationToken stop) =>
        store.ListAsync(owner, stop);

    /// <summary>The key's row, if it is a key of <paramref name="owner"/>.</summary>
    public async ValueTask<AccessKeyRow?> FindOfAsync(string owner, string accessKeyId, CancellationToken stop)
    {
        try
        {
            var row = await store.FindAsync(accessKeyId, stop);
            return row is not null && string.Equals(row.Owner, owner, StringComparison.Ordinal) ? row : null;
        }
        catch (RowTamperedException)
        {
            // Whoever wanted to disable it cannot; so it must not work on from memory.
            Forget(accessKeyId, clear: true);
            throw;
        }
    }

    /// <summary>False when there is no such key.</summary>
    public async ValueTask<bool> SetStatusAsync(string accessKeyId, string status, CancellationToken stop)
    {
        try
        {
            return await store.UpdateStatusAsync(accessKeyId, status, RequireFewActive, stop);
        }
        finally
        {
            // Also when it failed: a key whose row was tampered with must not work on from memory.
            Forget(accessKeyId, clear: string.Equals(status, AccessKeyStatus.Inactive, StringComparison.Ordinal));
        }
    }

    /// <summary>False when there is no such key.</summary>
    public async ValueTask<bool> DeleteAsync(string accessKeyId, CancellationToken stop)
    {
        try
        {
            return await store.DeleteAsync(accessKeyId, stop);
        }
        finally
        {
            Forget(accessKeyId, clear: true);
        }
    }

    public void Dispose()
    {
        lock (door)
        {
            foreach (var unsealed in cache.Values)
            {
                unsealed.Key.Clear();
            }

            cache.Clear();
        }
    }

    private async ValueTask<bool> AddAsync(AccessKeyRow row, CancellationToken stop)
    {
        if (Principal.UserNameIn(row.Owner, installation.AccountId) is not { } userName)
        {
            return await store.AddAsync(row, stop);
        }

        var isAdded = await store.AddToUserAsync(
            row,
            userName,
            existing =>
            {
                if (existing.Count >= MaximumOfAUser)
                {
                    throw new ApiException(
                        ErrorCodes.LimitExceededUserAccessKey,
                        $"{ErrorCodes.LimitExceededUserAccessKey.Text} {userName} has {MaximumOfAUser} access keys, disabled ones included: delete those that are not needed."
                    );
                }

                RequireFewActive([.. existing, row]);
            },
            stop
        );
        return isAdded || await store.FindAsync(row.AccessKeyId, stop) is not null
            ? isAdded
            : throw Users.NotFound(userName);
    }

    /// <summary>The account's root may have any number: it must never lock itself out.</summary>
    private void RequireFewActive(IReadOnlyList<AccessKeyRow> keysOfOneOwner)
    {
        var active = keysOfOneOwner.Count(key =>
            string.Equals(key.Status, AccessKeyStatus.Active, StringComparison.Ordinal)
        );
        if (
            active > MaximumActive
            && Principal.UserNameIn(keysOfOneOwner[0].Owner, installation.AccountId) is { } userName
        )
        {
            throw new ApiException(
                ErrorCodes.LimitExceededUserAccessKey,
                $"{ErrorCodes.LimitExceededUserAccessKey.Text} {userName} has {MaximumActive} active access keys: disable or delete one first."
            );
        }
    }

    private static bool IsActive(AccessKeyRow row) =>
        string.Equals(row.Status, AccessKeyStatus.Active, StringComparison.Ordinal);

    private void Keep(Unsealed found, long changesBefore)
    {
        lock (door)
        {
            if (changes != changesBefore)
            {
                return;
            }

            if (cache.Count >= MaximumCached)
            {
                // Not cleared: requests may be using them.
                cache.Clear();
            }

            cache[found.Row.AccessKeyId] = found;
        }
    }

    /// <param name="clear">Whether the key is refused from here on, so that its secret can go at once.</param>
    private void Forget(string accessKeyId, bool clear)
    {
        Drop(accessKeyId, clear);
        Forgot?.Invoke(accessKeyId);
    }

    /// <returns>The count of changes after this one.</returns>
    private long Drop(string accessKeyId, bool clear)
    {
        lock (door)
        {
            changes++;
            if (cache.TryRemove(accessKeyId, out var forgotten) && clear)
            {
                forgotten.Key.Clear();
            }

            return changes;
        }
    }

    /// <summary>A key and the row that it was opened from.</summary>
    private sealed record Unsealed(AccessKey Key, AccessKeyRow Row)
    {
        public bool IsOf(AccessKeyRow now) =>
            now.Revision == Row.Revision
            && string.Equals(now.Status, Row.Status, StringComparison.Ordinal)
            && CryptographicOperations.FixedTimeEquals(now.SealedSecret, Row.SealedSecret);
    }
}
