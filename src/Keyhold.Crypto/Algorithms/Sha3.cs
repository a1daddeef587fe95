using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Digests;

namespace Keyhold.Crypto.Algorithms;

/// <summary>
/// SHA-3 (FIPS 202) under signatures. BouncyCastle hashes: the BCL has it on some platforms only, and SHA3-224 on none.
/// </summary>
internal static class Sha3
{
    internal static readonly HashAlgorithmName Sha3With224 = new("SHA3-224");
    internal static readonly HashAlgorithmName Sha3With256 = new("SHA3-256");
    internal static readonly HashAlgorithmName Sha3With384 = new("SHA3-384");
    internal static readonly HashAlgorithmName Sha3With512 = new("SHA3-512");

    internal static bool Is(HashAlgorithmName hash) => DigestOf(hash) is not null;

    /// <returns>How many bytes of the destination, which takes 64, are the digest.</returns>
    internal static int HashData(HashAlgorithmName hash, ReadOnlySpan<byte> data, Span<byte> destination)
    {
        Sha3Digest digest = DigestOf(hash) ?? throw new ArgumentException($"{hash} is no SHA-3.", nameof(hash));
        digest.BlockUpdate(data);
        return digest.DoFinal(destination);
    }

    /// <summary>
    /// Whether RSASSA-PKCS1-v1_5 can be verified over it. Not with BouncyCastle, which tests each modulus for being
    /// composite: seconds for long ones, and strangers choose them.
    /// </summary>
    internal static bool GoesWithRsa(HashAlgorithmName hash) => SHA3_256.IsSupported && hash != Sha3With224;

    private static Sha3Digest? DigestOf(HashAlgorithmName hash) =>
        hash.Name switch
        {
            "SHA3-224" => new Sha3Digest(224),
            "SHA3-256" => new Sha3Digest(256),
            "SHA3-384" => new Sha3Digest(384),
            "SHA3-512" => new Sha3Digest(512),
            _ => null,
        };
}
