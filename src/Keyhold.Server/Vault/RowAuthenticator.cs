using Keyhold.Crypto.Sealing;
using Keyhold.Storage;

namespace Keyhold.Server.Vault;

/// <summary>Lends the key ring's row authentication to the storage, which cannot make it up.</summary>
internal sealed class RowAuthenticator(KeyRing ring) : IRowAuthenticator
{
    public int CurrentKeyId => ring.CurrentKeyId;

    public void Authenticate(int keyId, ReadOnlySpan<byte> row, Span<byte> mac)
    {
        try
        {
            ring.Authenticate(keyId, row, mac);
        }
        catch (SealException unknown)
        {
            // The storage takes a row that names a ring key which is not there for a tampered one.
            throw new KeyNotFoundException(unknown.Message, unknown);
        }
    }
}
