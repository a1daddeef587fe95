using Keyhold.Crypto.Keys;

namespace Keyhold.Crypto.Tests.Keys;

/// <summary>A key to test with: new where that is cheap, the one key of <see cref="RsaFixture"/> where it is not.</summary>
internal static class KeyFixture
{
    internal static PrivateKey New(KeySpec spec) =>
        spec == KeySpec.Rsa2048 ? PrivateKey.FromPkcs8(KeyDer.RsaPkcs8(RsaFixture.Rsa2048)) : PrivateKey.Generate(spec);

    internal static PrivateKey New(string specName)
    {
        Assert.True(KeySpec.TryParse(specName, out var spec));
        return New(spec);
    }
}
