using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Keyhold.Protocol;
using Keyhold.Server.Vault;
using Keyhold.Storage.Accounts;

namespace Keyhold.Server.Access;

/// <summary>
/// The access keys: made, found, disabled, deleted. Found ones stay unsealed in memory until they change;
/// one process owns the data folder, so a change here is the only change there is.
/// </summary>
internal sealed class AccessKeys(AccessKeyStore store, SecretVault vault, TimeProvider time)
{
    /// <summary>So many unsealed secrets are kept; past that the cache starts anew rather than grow.</summary>
    private const int MaximumCached = 10_000;

    private const int SecretLength = 30;
    private const string IdPrefix = "KH";
    private const int IdLength = 24;
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private readonly ConcurrentDictionary<string, AccessKey> cache = new(StringComparer.Ordinal);

    /// <summary>Counts changes, so that a row read before a change is not cached after it.</summary>
    private long changes;

    /// <summary>The key, whatever its status, or InvalidAccessKeyId.NotFound.</summary>
    public async ValueTask<AccessKey> FindAsync(string accessKeyId, CancellationToken stop)
    {
        if (cache.TryGetValue(accessKeyId, out var known))
        {
            return known;
        }

        var changesBefore = Volatile.Read(ref changes);
        var row =
            await store.FindAsync(accessKeyId, stop) ?? throw new ApiException(ErrorCodes.InvalidAccessKeyIdNotFound);
        var secret = vault.OpenAccessKeySecret(row);
        var enabled = string.Equals(row.Status, AccessKeyStatus.Active, StringComparison.Ordinal);
        var found = new AccessKey(new Principal(row.AccessKeyId, row.Owner), secret, enabled);
        if (cache.Count >= MaximumCached)
        {
            cache.Clear();
        }

        cache[accessKeyId] = found;
        if (Volatile.Read(ref changes) != changesBefore)
        {
            cache.TryRemove(accessKeyId, out _);
        }

        return found;
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
            return await store.AddAsync(row, stop) ? row : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secretBytes);
        }
    }

    public ValueTask<IReadOnlyList<AccessKeyRow>> ListAsync(CancellationToken stop) => store.ListAsync(stop);

    /// <summary>False when there is no such key.</summary>
    public async ValueTask<bool> SetStatusAsync(string accessKeyId, string status, CancellationToken stop)
    {
        var changed = await store.UpdateStatusAsync(accessKeyId, status, stop);
        Forget(accessKeyId);
        return changed;
    }

    /// <summary>False when there is no such key.</summary>
    public async ValueTask<bool> DeleteAsync(string accessKeyId, CancellationToken stop)
    {
        var deleted = await store.DeleteAsync(accessKeyId, stop);
        Forget(accessKeyId);
        return deleted;
    }

    private void Forget(string accessKeyId)
    {
        Interlocked.Increment(ref changes);
        cache.TryRemove(accessKeyId, out _);
    }
}
