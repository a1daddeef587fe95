using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Security.Cryptography;

namespace Keyhold.Crypto.Sealing;

/// <summary>
/// The keys that seal secrets and authenticate rows; stored in the database, themselves sealed by the root key. New
/// secrets use the key with the highest id, older ones open with the key they name. May be used from many threads.
/// </summary>
public sealed class KeyRing : IDisposable
{
    /// <summary>The size in bytes of what <see cref="Authenticate"/> writes.</summary>
    public const int MacSize = 32;

    private readonly FrozenDictionary<int, RingKey> keys;
    private readonly RingKey current;

    internal KeyRing(IEnumerable<RingKey> ringKeys)
    {
        keys = ringKeys.ToFrozenDictionary(key => key.Id);
        current = keys[keys.Keys.Max()];
    }

    public int CurrentKeyId => current.Id;

    /// <summary>A ring with one new key, and that key in the form to store.</summary>
    public static (KeyRing Ring, SealedRingKey NewKey) Create(IRootKey root, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(root);
        const int firstId = 1;
        byte[] key = RandomNumberGenerator.GetBytes(RingKey.Size);
        try
        {
            var sealedKey = new SealedRingKey(firstId, root.Wrap(ContextOf(firstId), key), now, root.Id);
            return (new KeyRing([new RingKey(firstId, key)]), sealedKey);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
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
                opened.Add(Unwrap(root, key));
            }

            return new KeyRing(opened);
        }
        catch
        {
            opened.ForEach(key => key.Dispose());
            throw;
        }
    }

    /// <summary>Encrypts a secret under the current key, bound to its context.</summary>
    public byte[] Seal(SealContext context, ReadOnlySpan<byte> plaintext) =>
        SealedBlob.Seal(current.SealingKey, current.Id, context, plaintext);

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

        if (!SealedBlob.TryOpen(Find(keyId).SealingKey, context, sealedBlob, out byte[] plaintext))
        {
            throw new SealException(
                SealFailure.DamagedOrMoved,
                $"The {context.Purpose} of {context.RowId} does not open: it was changed, or it belongs to another "
                    + "purpose, owner or row. Restore the row from a backup."
            );
        }

        return plaintext;
    }

    /// <summary>HMAC-SHA-256 of a row under the named key's own row key: 32 bytes into <paramref name="mac"/>.</summary>
    public void Authenticate(int keyId, ReadOnlySpan<byte> row, Span<byte> mac) => Find(keyId).Authenticate(row, mac);

    public void Dispose()
    {
        foreach (RingKey key in keys.Values)
        {
            key.Dispose();
        }
    }

    /// <summary>What a wrapped ring key is bound to: what it is, and its id in 4 bytes big-endian.</summary>
    internal static byte[] ContextOf(int keyId)
    {
        ReadOnlySpan<byte> purpose = "keyhold ring key "u8;
        byte[] context = new byte[purpose.Length + sizeof(int)];
        purpose.CopyTo(context);
        BinaryPrimitives.WriteInt32BigEndian(context.AsSpan(purpose.Length), keyId);
        return context;
    }

    private static RingKey Unwrap(IRootKey root, SealedRingKey key)
    {
        if (!string.Equals(key.RootKeyId, root.Id, StringComparison.Ordinal))
        {
            throw new SealException(
                SealFailure.WrongRootKey,
                $"Key {key.Id} of the ring was sealed by the root key {key.RootKeyId}, but the root key given is {root.Id}. "
                    + "Give the root key that belongs to this database."
            );
        }

        byte[] opened = root.Unwrap(ContextOf(key.Id), key.SealedKey.Span);
        try
        {
            if (opened.Length != RingKey.Size)
            {
                throw new SealException(
                    SealFailure.DamagedOrMoved,
                    $"Key {key.Id} of the ring has {opened.Length} bytes; expected {RingKey.Size}. "
                        + "Restore the database from a backup."
                );
            }

            return new RingKey(key.Id, opened);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(opened);
        }
    }

    private RingKey Find(int keyId) =>
        keys.GetValueOrDefault(keyId)
        ?? throw new SealException(
            SealFailure.UnknownKey,
            $"A key with id {keyId} is needed, but the key ring holds {string.Join(", ", keys.Keys.Order())}. "
                + "Restore the key ring and the rows from the same backup."
        );
}
