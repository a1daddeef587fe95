using System.Security.Cryptography;

namespace Keyhold.Crypto.Tests.Keys;

/// <summary>RSA keys for tests, made once for all since making them takes long.</summary>
internal static class RsaFixture
{
    private static readonly Lazy<RSAParameters> Key2048 = new(() => Generate(2048));
    private static readonly Lazy<RSAParameters> Key1024 = new(() => Generate(1024));

    internal static RSAParameters Rsa2048 => Key2048.Value;

    internal static RSAParameters Rsa1024 => Key1024.Value;

    private static RSAParameters Generate(int bits)
    {
        using RSA rsa = RSA.Create(bits);
        return rsa.ExportParameters(includePrivateParameters: true);
    }
}
