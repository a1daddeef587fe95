using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Security.Cryptography;

namespace Keyhold.Crypto.Sealing;

/// <summary>
/// The keys that seal secrets and authenticate rows; stored in the database, themselves sealed by the root key. New
/// secrets use the key with the highest id, older ones open with the key they name. May be used from many threads, also
/// while a key is added.
/// </summary>
public sealed class KeyRing : IDisposable
{
    /// <summary>The size in bytes of what <see cref="Authenticate"/> writes.</summary>
    public const int MacSize = 32;

    private const int FirstId = 1;

    private readonly Lock door = new();
    private volatile Snapshot keys;

    internal KeyRing(IEnumerable<RingKey> ringKeys) => keys = new Snapshot(ringKeys);

    public int CurrentKeyId => keys.Current.Id;

    /// <summary>A ring with one new key, and that key in the form to store.</summary>
    public static (KeyRing Ring, SealedRingKey NewKey) Create(IRootKey root, DateTimeOffset now)
    {
        SealedRingKey made = MakeKey(root, FirstId, now);
        return (Open(root, [made]), made);
    }

    /// <summary>Opens a stored ring; <see cref="SealException"/> when the root key is another or a key was changed.</summary>
    public static KeyRing Open(IRootKey root, IReadOnlyList<SealedRingKey> keys)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(keys);
        if (keys.Count == 0)
        {
            throw new SealException(
                SealFailure.UnknownKey,
                "The key ring holds no key; expected at least one. Restore the database from a backup."
            );
        }

        var opened = new List<RingKey>(keys.Count);
        try
        {
            foreach (SealedRingKey key in keys)
            {
                opened.Add(OpenKey(root, key));
            }

            return new KeyRing(opened);
        }
        catch
        {
            opened.ForEach(key => key.Dispose());
            throw;
        }
    }

    /// <summary>The same keys, sealed by another root key. The caller checks that they open before it stores them.</summary>
    public static IReadOnlyList<SealedRingKey> Rewrap(IRootKey from, IRootKey to, IReadOnlyList<SealedRingKey> keys)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        return [.. keys.Select(key => Rewrap(from, to, key))];
    }

    /// <summary>A new key in the form to store; it is used only once it was given to <see cref="Add"/>.</summary>
    public SealedRingKey MakeNextKey(IRootKey root, DateTimeOffset now) => MakeKey(root, CurrentKeyId + 1, now);

    /// <summary>Whether the key with this id is there.</summary>
    public bool Has(int keyId) => keys.Has(keyId);

    /// <summary>Puts a stored key into use, for everything that is sealed from now on. One that is there already stays.</summary>
    public void Add(IRootKey root, SealedRingKey stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        lock (door)
        {
            if (keys.Has(stored.Id))
            {
                return;
            }

            keys = new Snapshot([.. keys.All, OpenKey(root, stored)]);
        }
    }

    /// <summary>Encrypts a secret under the current key, bound to its context.</summary>
    public byte[] Seal(SealContext context, ReadOnlySpan<byte> plaintext)
    {
        RingKey current = keys.Current;
        byte[] blob = SealedBlob.Seal(current.SealingKey, current.Id, context, plaintext);
        current.RequireAlive();
        return blob;
    }

    /// <summary>Decrypts a secret; <see cref="SealException"/> says why it does not open. The caller clears it.</summary>
    public byte[] Open(SealContext context, ReadOnlySpan<byte> sealedBlob)
    {
        if (!SealedBlob.TryReadKeyId(sealedBlob, out int keyId))
        {
            throw new SealException(
                SealFailure.NotSealed,
                $"The {context.Purpose} of {context.RowId} is not a sealed blob of version 1: it is cut off, damaged or "
                    + "was written by a newer program. Use that program, or restore the row from a backup."
            );
        }

        RingKey key = keys.Find(keyId);
        if (!SealedBlob.TryOpen(key.SealingKey, context, sealedBlob, out byte[] plaintext))
        {
            key.RequireAlive();
            throw new SealException(
                SealFailure.DamagedOrMoved,
                $"The {context.Purpose} of {context.RowId} does not open: it was changed, or it belongs to another "
                    + "purpose, owner or row. Restore the row from a backup."
            );
        }

        return plaintext;
    }

    /// <summary>The same secret, sealed under the current key; null when it is sealed under it already.</summary>
    public byte[]? Reseal(SealContext context, ReadOnlySpan<byte> sealedBlob)
    {
        if (SealedBlob.TryReadKeyId(sealedBlob, out int keyId) && keyId == CurrentKeyId)
        {
            return null;
        }

        byte[] plaintext = Open(context, sealedBlob);
        try
        {
            return Seal(context, plaintext);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    /// <summary>The first bytes of everything that is sealed under the current key.</summary>
    public byte[] CurrentHeader() => SealedBlob.HeaderOf(CurrentKeyId);

    /// <summary>HMAC-SHA-256 of a row under the named key's own row key: 32 bytes into <paramref name="mac"/>.</summary>
    public void Authenticate(int keyId, ReadOnlySpan<byte> row, Span<byte> mac) =>
        keys.Find(keyId).Authenticate(row, mac);

    public void Dispose()
    {
        foreach (RingKey key in keys.All)
        {
            key.Dispose();
        }
    }

    /// <summary>
    /// What a wrapped ring key is bound to: what it is, and its id in 4 bytes big-endian; from version 2 on also when it
    /// was made, in milliseconds since 1970, 8 bytes big-endian.
    /// </summary>
    internal static byte[] ContextOf(int keyId, DateTimeOffset? createdAt = null)
    {
        ReadOnlySpan<byte> purpose = "keyhold ring key "u8;
        byte[] context = new byte[purpose.Length + sizeof(int) + (createdAt is null ? 0 : sizeof(long))];
        purpose.CopyTo(context);
        BinaryPrimitives.WriteInt32BigEndian(context.AsSpan(purpose.Length), keyId);
        if (createdAt is { } time)
        {
            BinaryPrimitives.WriteInt64BigEndian(
                context.AsSpan(purpose.Length + sizeof(int)),
                time.ToUnixTimeMilliseconds()
            );
        }

        return context;
    }

    private static SealedRingKey MakeKey(IRootKey root, int id, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(root);
        var createdAt = DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds());
        byte[] key = RandomNumberGenerator.GetBytes(RingKey.Size);
        try
        {
            return new SealedRingKey(id, root.Wrap(ContextOf(id, createdAt), key), createdAt, root.Id);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static SealedRingKey Rewrap(IRootKey from, IRootKey to, SealedRingKey key)
    {
        byte[] opened = Unwrap(from, key);
        try
        {
            return key with { SealedKey = to.Wrap(ContextOf(key.Id, key.CreatedAt), opened), RootKeyId = to.Id };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(opened);
        }
    }

    private static RingKey OpenKey(IRootKey root, SealedRingKey key)
    {
        byte[] opened = Unwrap(root, key);
        try
        {
            return new RingKey(key.Id, opened);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(opened);
        }
    }

    /// <summary>The caller clears it.</summary>
    private static byte[] Unwrap(IRootKey root, SealedRingKey key)
    {
        if (!string.Equals(key.RootKeyId, root.Id, StringComparison.Ordinal))
        {
            throw new SealException(
                SealFailure.WrongRootKey,
                $"Key {key.Id} of the ring was sealed by the root key {key.RootKeyId}, but the root key given is {root.Id}. "
                    + "Give the root key that belongs to this database."
            );
        }

        byte[] opened;
        try
        {
            bool bindsTime = !WrappedKey.IsVersion1(key.SealedKey.Span);
            opened = root.Unwrap(ContextOf(key.Id, bindsTime ? key.CreatedAt : null), key.SealedKey.Span);
        }
        catch (SealException failure)
        {
            throw new SealException(failure.Failure, $"Key {key.Id} of the ring: {failure.Message}");
        }

        if (opened.Length == RingKey.Size)
        {
            return opened;
        }

        CryptographicOperations.ZeroMemory(opened);
        throw new SealException(
            SealFailure.DamagedOrMoved,
            $"Key {key.Id} of the ring has {opened.Length} bytes; expected {RingKey.Size}. Restore the database from a backup."
        );
    }

    /// <summary>The keys at one moment; never changed, only exchanged for another.</summary>
    private sealed class Snapshot
    {
        private readonly FrozenDictionary<int, RingKey> keys;

        internal Snapshot(IEnumerable<RingKey> ringKeys)
        {
            keys = ringKeys.ToFrozenDictionary(key => key.Id);
            Current = keys[keys.Keys.Max()];
        }

        internal RingKey Current { get; }

        internal IEnumerable<RingKey> All => keys.Values;

        internal bool Has(int keyId) => keys.ContainsKey(keyId);

        internal RingKey Find(int keyId) =>
            keys.GetValueOrDefault(keyId)
            ?? throw new SealException(
                SealFailure.UnknownKey,
                $"A key with id {keyId} is needed, but the key ring holds {string.Join(", ", keys.Keys.Order())}. "
                    + "Restore the key ring and the rows from the same backup."
            );
    }
}
