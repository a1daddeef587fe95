using Keyhold.Crypto.Sealing;
using Keyhold.Storage.KeyRings;

namespace Keyhold.Server.RootKeys;

/// <summary>A root key that is to seal a ring, and what is stored about it beside the ring.</summary>
internal sealed record MadeRootKey(IRootKey Key, string Provider, byte[] Parameters, bool Created) : IDisposable
{
    public RootKeyRow Row => new(Key.Id, Provider, Parameters);

    public void Dispose() => Key.Dispose();
}
