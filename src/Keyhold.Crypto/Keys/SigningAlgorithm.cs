using System.Diagnostics.CodeAnalysis;

namespace Keyhold.Crypto.Keys;

/// <summary>
/// A way to sign, by the name that the API gives it. PSS has a salt of 32 bytes; ECDSA and SM2 signatures are
/// DER SEQUENCE { r, s }; every digest is 32 bytes (for SM2 it is e of GB/T 32918.2 section 6.1).
/// </summary>
public sealed class SigningAlgorithm
{
    public static readonly SigningAlgorithm RsaPkcs1Sha256 = new("RSA_PKCS1_SHA_256", KeySpec.Rsa2048);
    public static readonly SigningAlgorithm RsaPssSha256 = new("RSA_PSS_SHA_256", KeySpec.Rsa2048);
    public static readonly SigningAlgorithm EcdsaSha256 = new("ECDSA_SHA_256", KeySpec.EcP256);
    public static readonly SigningAlgorithm Sm2Dsa = new("SM2DSA", KeySpec.EcSm2);

    /// <summary>SHA-256 and SM3 agree in this.</summary>
    internal const int DigestSizeOfAll = 32;

    private SigningAlgorithm(string name, KeySpec keySpec)
    {
        Name = name;
        KeySpec = keySpec;
    }

    public static IReadOnlyList<SigningAlgorithm> All { get; } = [RsaPkcs1Sha256, RsaPssSha256, EcdsaSha256, Sm2Dsa];

    public string Name { get; }

    public KeySpec KeySpec { get; }

    /// <summary>The size in bytes of a message of type <see cref="MessageType.Digest"/>.</summary>
    public int DigestSize { get; } = DigestSizeOfAll;

    /// <summary>The hash whose value a message of type <see cref="MessageType.Digest"/> is.</summary>
    public string DigestName => KeySpec == KeySpec.EcSm2 ? "SM3" : "SHA-256";

    public static bool TryParse(string name, [NotNullWhen(true)] out SigningAlgorithm? algorithm)
    {
        algorithm = All.FirstOrDefault(candidate => string.Equals(candidate.Name, name, StringComparison.Ordinal));
        return algorithm is not null;
    }

    public override string ToString() => Name;
}
