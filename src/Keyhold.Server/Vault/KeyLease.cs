using Keyhold.Crypto.Keys;

namespace Keyhold.Server.Vault;

/// <summary>A private key on loan. Dispose of it when the operation is done; the key must not be kept.</summary>
internal sealed class KeyLease(SharedKey owner, PrivateKey key) : IDisposable
{
    private int returned;

    public PrivateKey Key => key;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref returned, 1) == 0)
        {
            owner.Release();
        }
    }
}
