using System.Security.Cryptography;
using Keyhold.Crypto.Keys;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;

namespace Keyhold.Crypto.Algorithms;

/// <summary>
/// RSASSA-PSS (RFC 8017 section 8.1) with a salt of any length. The BCL knows only a salt as long as the hash; the other
/// lengths, rare in certificates, go through BouncyCastle.
/// </summary>
internal static class RsaPss
{
    /// <summary>BouncyCastle is slower than the BCL, and strangers choose the keys and how many of them there are.</summary>
    private const int LargestWithOtherSalt = 4096;

    private const int LargestExponentSize = 8;

    /// <summary>
    /// BouncyCastle tests each modulus for being composite, which takes 0.6 s at 4096 bits, 19 s at 16384, and tells nothing
    /// that a signature depends on: the BCL does without, too. The environment is where it takes this setting from.
    /// </summary>
    static RsaPss() => Environment.SetEnvironmentVariable("Org.BouncyCastle.Rsa.MaxMRTests", "0");

    /// <summary>Whether signatures with this salt are verified with a key of this size.</summary>
    internal static bool MayVerify(RsaPublicKeyDer key, PssParameters parameters) =>
        parameters.SaltLength == DigestOf(parameters.Hash).GetDigestSize()
        || (key.Bits <= LargestWithOtherSalt && key.Exponent.Length <= LargestExponentSize);

    internal static bool Verify(
        RSA key,
        PssParameters parameters,
        ReadOnlySpan<byte> signedData,
        ReadOnlySpan<byte> signature
    )
    {
        IDigest digest = DigestOf(parameters.Hash);
        return parameters.SaltLength == digest.GetDigestSize()
            ? key.VerifyData(signedData, signature, parameters.Hash, RSASignaturePadding.Pss)
            : VerifyWithOtherSalt(key, digest, parameters.SaltLength, signedData, signature);
    }

    private static bool VerifyWithOtherSalt(
        RSA key,
        IDigest digest,
        int saltLength,
        ReadOnlySpan<byte> signedData,
        ReadOnlySpan<byte> signature
    )
    {
        if (signature.Length != (key.KeySize + 7) / 8)
        {
            return false;
        }

        RSAParameters parameters = key.ExportParameters(includePrivateParameters: false);
        try
        {
            var publicKey = new RsaKeyParameters(
                isPrivate: false,
                new BigInteger(1, parameters.Modulus),
                new BigInteger(1, parameters.Exponent)
            );
            var signer = new PssSigner(new RsaEngine(), digest, saltLength);
            signer.Init(forSigning: false, publicKey);
            signer.BlockUpdate(signedData);
            return signer.VerifySignature(signature.ToArray());
        }
        catch (Exception exception) when (exception is ArgumentException or CryptoException)
        {
            // A salt that does not fit into the modulus, or a modulus that is none.
            return false;
        }
    }

    private static IDigest DigestOf(HashAlgorithmName hash)
    {
        if (hash == HashAlgorithmName.SHA1)
        {
            return new Sha1Digest();
        }

        if (hash == HashAlgorithmName.SHA256)
        {
            return new Sha256Digest();
        }

        return hash == HashAlgorithmName.SHA384 ? new Sha384Digest() : new Sha512Digest();
    }
}
