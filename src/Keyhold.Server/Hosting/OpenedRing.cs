using Keyhold.Crypto.Sealing;
using Keyhold.Server.RootKeys;

namespace Keyhold.Server.Hosting;

/// <summary>An unsealed key ring, and whether its root key was made just now.</summary>
/// <param name="Follower">Where other nodes may add to the ring; null where this process alone holds the database.</param>
internal sealed record OpenedRing(KeyRing Ring, string RootKeyId, bool CreatedRootKey, RingFollower? Follower)
    : IDisposable
{
    public void Dispose()
    {
        Follower?.Dispose();
        Ring.Dispose();
    }
}
