using System.Diagnostics.CodeAnalysis;

namespace Keyhold.Crypto.Keys;

/// <summary>
/// A way to encrypt, by the name that the API gives it. OAEP uses the same hash for MGF1 and an empty label
/// (RFC 8017 section 7.1); SM2 ciphertext is DER SEQUENCE { x, y, C3, C2 } (GM/T 0009 section 7.2).
/// </summary>
public sealed class EncryptionAlgorithm
{
    public static readonly EncryptionAlgorithm RsaesOaepSha1 = new("RSAES_OAEP_SHA_1", KeySpec.Rsa2048, 0, 214);
    public static readonly EncryptionAlgorithm RsaesOaepSha256 = new("RSAES_OAEP_SHA_256", KeySpec.Rsa2048, 0, 190);

    // An SM2 ciphertext of nothing would have an empty key stream, which counts as all zero and must be refused
    // (GB/T 32918.4 section 6.1, step A5).
    public static readonly EncryptionAlgorithm Sm2Pke = new("SM2PKE", KeySpec.EcSm2, 1, 6047);

    private EncryptionAlgorithm(string name, KeySpec keySpec, int minimumPlaintext, int maximumPlaintext)
    {
        Name = name;
        KeySpec = keySpec;
        MinimumPlaintext = minimumPlaintext;
        MaximumPlaintext = maximumPlaintext;
    }

    public static IReadOnlyList<EncryptionAlgorithm> All { get; } = [RsaesOaepSha1, RsaesOaepSha256, Sm2Pke];

    public string Name { get; }

    public KeySpec KeySpec { get; }

    /// <summary>The fewest bytes that can be encrypted.</summary>
    public int MinimumPlaintext { get; }

    /// <summary>The most bytes that can be encrypted.</summary>
    public int MaximumPlaintext { get; }

    public static bool TryParse(string name, [NotNullWhen(true)] out EncryptionAlgorithm? algorithm)
    {
        algorithm = All.FirstOrDefault(candidate => string.Equals(candidate.Name, name, StringComparison.Ordinal));
        return algorithm is not null;
    }

    public override string ToString() => Name;
}
