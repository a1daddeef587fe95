using Keyhold.Crypto.Keys;

namespace Keyhold.Crypto.Certificates;

/// <summary>What a PKCS#12 file holds: one private key, its certificate, and the other certificates in the file's order.</summary>
public sealed class Pkcs12Content(PrivateKey key, Certificate certificate, IReadOnlyList<Certificate> others)
    : IDisposable
{
    public PrivateKey Key { get; } = key;

    public Certificate Certificate { get; } = certificate;

    public IReadOnlyList<Certificate> Others { get; } = others;

    public void Dispose() => Key.Dispose();
}
