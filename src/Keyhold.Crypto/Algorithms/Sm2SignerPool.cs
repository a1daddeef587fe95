using System.Collections.Concurrent;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Prng;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;

namespace Keyhold.Crypto.Algorithms;

/// <summary>
/// SM2 signatures (GB/T 32918.2) with one key, over e = SM3(Z || M) made before. A signer is not thread-safe and costs a
/// point multiplication to set up, so those in use at once are kept for the next call.
/// </summary>
internal sealed class Sm2SignerPool(bool forSigning, ECKeyParameters key)
{
    private readonly ConcurrentBag<(SM2Signer Signer, PreparedDigest Digest)> idle = [];

    /// <summary>A signature in DER.</summary>
    internal byte[] Sign(ReadOnlySpan<byte> digest)
    {
        var rented = Rent();
        digest.CopyTo(rented.Digest.Value);
        byte[] signature = rented.Signer.GenerateSignature();
        idle.Add(rented);
        return EllipticSignature.ToDer(signature);
    }

    internal bool Verify(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signatureDer)
    {
        byte[] signature = new byte[2 * Sm2Curve.NumberSize];
        if (!EllipticSignature.TryReadDer(signatureDer, signature))
        {
            return false;
        }

        var rented = Rent();
        digest.CopyTo(rented.Digest.Value);
        bool good = rented.Signer.VerifySignature(signature);
        idle.Add(rented);
        return good;
    }

    private (SM2Signer Signer, PreparedDigest Digest) Rent()
    {
        if (idle.TryTake(out var rented))
        {
            return rented;
        }

        var digest = new PreparedDigest();
        var signer = new SM2Signer(PlainDsaEncoding.Instance, digest);
        signer.Init(forSigning, forSigning ? new ParametersWithRandom(key, SystemRandom.Create()) : key);
        return (signer, digest);
    }
}
