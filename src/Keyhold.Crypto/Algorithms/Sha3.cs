using System.Security.Cryptography;
using Keyhold.Crypto.Keys;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;

namespace Keyhold.Crypto.Algorithms;

/// <summary>
/// SHA-3 (FIPS 202) under signatures, with BouncyCastle: the BCL has it on some platforms only, and SHA3-224 on none.
/// Rare in certificates, so that its slowness does not matter.
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

    /// <summary>RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2).</summary>
    internal static bool VerifyPkcs1(
        RsaPublicKeyDer key,
        HashAlgorithmName hash,
        ReadOnlySpan<byte> signedData,
        ReadOnlySpan<byte> signature
    )
    {
        if (signature.Length != (key.Bits + 7) / 8)
        {
            return false;
        }

        try
        {
            var publicKey = new RsaKeyParameters(
                isPrivate: false,
                new BigInteger(1, key.Modulus),
                new BigInteger(1, key.Exponent)
            );
            var signer = new RsaDigestSigner(DigestOf(hash));
            signer.Init(forSigning: false, publicKey);
            signer.BlockUpdate(signedData);
            return signer.VerifySignature(signature.ToArray());
        }
        catch (Exception exception) when (exception is ArgumentException or CryptoException)
        {
            // A modulus that is no product of two primes, or a signature that is not below it.
            return false;
        }
    }

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
