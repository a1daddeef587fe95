using System.Diagnostics.CodeAnalysis;

namespace Keyhold.Crypto.Keys;

/// <summary>
/// A kind of key that Keyhold makes and keeps, by the name that the API gives it. There are exactly three.
/// </summary>
public sealed class KeySpec
{
    /// <summary>RSA with a modulus of 2048 bits.</summary>
    public static readonly KeySpec Rsa2048 = new("RSA_2048");

    /// <summary>The elliptic curve P-256 (secp256r1, prime256v1).</summary>
    public static readonly KeySpec EcP256 = new("EC_P256");

    /// <summary>The elliptic curve of SM2 (GB/T 32918.5, sm2p256v1).</summary>
    public static readonly KeySpec EcSm2 = new("EC_SM2");

    private KeySpec(string name) => Name = name;

    public static IReadOnlyList<KeySpec> All { get; } = [Rsa2048, EcP256, EcSm2];

    public string Name { get; }

    public IReadOnlyList<SigningAlgorithm> SigningAlgorithms =>
        [.. SigningAlgorithm.All.Where(algorithm => algorithm.KeySpec == this)];

    public IReadOnlyList<EncryptionAlgorithm> EncryptionAlgorithms =>
        [.. EncryptionAlgorithm.All.Where(algorithm => algorithm.KeySpec == this)];

    public static bool TryParse(string name, [NotNullWhen(true)] out KeySpec? spec)
    {
        spec = All.FirstOrDefault(candidate => string.Equals(candidate.Name, name, StringComparison.Ordinal));
        return spec is not null;
    }

    public override string ToString() => Name;
}
