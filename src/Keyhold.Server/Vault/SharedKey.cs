using System.Security.Cryptography;
using Keyhold.Crypto.Keys;

namespace Keyhold.Server.Vault;

/// <summary>A key that several requests may use at once. It is cleared when the vault and the last lease have let go.</summary>
internal sealed class SharedKey(KeySlot slot, byte[] sealedPrivateKey, PrivateKey key)
{
    /// <summary>The vault's own hold counts as one.</summary>
    private int holds = 1;

    public KeySlot Slot => slot;

    /// <summary>Whether it was opened from this sealed key.</summary>
    public bool IsOf(byte[] sealedKey) => CryptographicOperations.FixedTimeEquals(sealedKey, sealedPrivateKey);

    /// <summary>Called under the vault's lock, while the vault holds the key: it cannot be gone.</summary>
    public KeyLease Lease()
    {
        Interlocked.Increment(ref holds);
        return new KeyLease(this, key);
    }

    /// <summary>A lease that takes over the vault's hold: the key goes with it.</summary>
    public KeyLease LeaseForGood() => new(this, key);

    public void Retire() => Release();

    internal void Release()
    {
        if (Interlocked.Decrement(ref holds) == 0)
        {
            key.Dispose();
        }
    }
}
