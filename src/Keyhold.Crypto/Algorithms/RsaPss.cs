using System.Security.Cryptography;
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
        var publicKey = new RsaKeyParameters(
            isPrivate: false,
            new BigInteger(1, parameters.Modulus),
            new BigInteger(1, parameters.Exponent)
        );
        try
        {
            var signer = new PssSigner(new RsaEngine(), digest, saltLength);
            signer.Init(forSigning: false, publicKey);
            signer.BlockUpdate(signedData);
            return signer.VerifySignature(signature.ToArray());
        }
        catch (Exception exception) when (exception is ArgumentException or CryptoException)
        {
            // A salt that does not fit into the modulus.
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
