using System.Formats.Asn1;
using System.Security.Cryptography;
using Keyhold.Crypto.Keys;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Keyhold.Crypto.Algorithms;

/// <summary>Verifies one signature with one key: first whether they fit each other, then the mathematics.</summary>
internal static class X509Verification
{
    private const int SmallestRsa = 1024;

    // What OpenSSL takes; a larger modulus would only cost time.
    private const int LargestRsa = 16384;

    internal static X509SignatureFailure Verify(
        X509SignatureAlgorithm algorithm,
        ReadOnlySpan<byte> subjectPublicKeyInfoDer,
        ReadOnlySpan<byte> signedData,
        ReadOnlySpan<byte> signature
    )
    {
        SubjectPublicKeyInfoDer key;
        try
        {
            key = SubjectPublicKeyInfoDer.Read(subjectPublicKeyInfoDer);
        }
        catch (KeyFormatException)
        {
            return X509SignatureFailure.MalformedKey;
        }

        return algorithm.Family switch
        {
            X509SignatureFamily.RsaPkcs1 or X509SignatureFamily.RsaPss => VerifyRsa(
                algorithm,
                key,
                signedData,
                signature
            ),
            X509SignatureFamily.Ecdsa => VerifyEcdsa(algorithm.Hash, key, signedData, signature),
            X509SignatureFamily.Sm2 => VerifySm2(key, signedData, signature),
            _ => VerifyEd25519(key, signedData, signature),
        };
    }

    private static X509SignatureFailure VerifyRsa(
        X509SignatureAlgorithm algorithm,
        SubjectPublicKeyInfoDer info,
        ReadOnlySpan<byte> signedData,
        ReadOnlySpan<byte> signature
    )
    {
        try
        {
            if (!MaySignWith(info, algorithm))
            {
                return X509SignatureFailure.UnsupportedKey;
            }

            RsaPublicKeyDer key = RsaPublicKeyDer.Read(info.Key);
            if (key.Bits is < SmallestRsa or > LargestRsa || !key.HasUsableExponent)
            {
                return X509SignatureFailure.UnsupportedKey;
            }

            var pss = new PssParameters(algorithm.Hash, algorithm.SaltLength);
            bool isPss = algorithm.Family == X509SignatureFamily.RsaPss;
            if (isPss && !RsaPss.MayVerify(key, pss))
            {
                return X509SignatureFailure.UnsupportedKey;
            }

            using RSA rsa = RSA.Create(key.ToParameters());
            return Judge(
                isPss
                    ? RsaPss.Verify(rsa, pss, signedData, signature)
                    : rsa.VerifyData(signedData, signature, algorithm.Hash, RSASignaturePadding.Pkcs1)
            );
        }
        catch (AsnContentException)
        {
            return X509SignatureFailure.MalformedKey;
        }
        catch (CryptographicException)
        {
            return X509SignatureFailure.UnsupportedKey;
        }
    }

    /// <summary>A key marked for PSS signs only so, and with its own parameters when it has any (RFC 4055 section 3.3).</summary>
    private static bool MaySignWith(SubjectPublicKeyInfoDer info, X509SignatureAlgorithm algorithm)
    {
        if (info.Algorithm is ObjectIdentifiers.RsaEncryption)
        {
            return true;
        }

        if (info.Algorithm is not ObjectIdentifiers.RsaPss || algorithm.Family != X509SignatureFamily.RsaPss)
        {
            return false;
        }

        DerReader identifier = new DerReader(info.AlgorithmIdentifier).ReadSequence();
        identifier.ReadObjectIdentifier();
        return identifier.IsEmpty
            || (
                PssParameters.TryRead(ref identifier, out PssParameters allowed)
                && allowed.Hash == algorithm.Hash
                && algorithm.SaltLength >= allowed.SaltLength
            );
    }

    private static X509SignatureFailure VerifyEcdsa(
        HashAlgorithmName hash,
        SubjectPublicKeyInfoDer info,
        ReadOnlySpan<byte> signedData,
        ReadOnlySpan<byte> signature
    )
    {
        if (
            info.Algorithm is not ObjectIdentifiers.EcPublicKey
            || info.Curve is null
            || !Ecdsa.IsKnownCurve(info.Curve)
        )
        {
            return X509SignatureFailure.UnsupportedKey;
        }

        if (!Ecdsa.TryImport(info.Curve, info.Key, out ECDsa? key))
        {
            return X509SignatureFailure.MalformedKey;
        }

        using (key)
        {
            Span<byte> digest = stackalloc byte[SHA512.HashSizeInBytes];
            int size = Sha3.Is(hash)
                ? Sha3.HashData(hash, signedData, digest)
                : CryptographicOperations.HashData(hash, signedData, digest);
            return Judge(Ecdsa.VerifyDigest(key, digest[..size], signature));
        }
    }

    private static X509SignatureFailure VerifySm2(
        SubjectPublicKeyInfoDer info,
        ReadOnlySpan<byte> signedData,
        ReadOnlySpan<byte> signature
    )
    {
        if (info.Algorithm is not ObjectIdentifiers.EcPublicKey || info.Curve is not ObjectIdentifiers.Sm2Curve)
        {
            return X509SignatureFailure.UnsupportedKey;
        }

        try
        {
            Sm2PublicKey key = Sm2PublicKey.From(info.Key);
            return Judge(key.Verify(SigningAlgorithm.Sm2Dsa, MessageType.Raw, signedData, signature));
        }
        catch (KeyFormatException)
        {
            return X509SignatureFailure.MalformedKey;
        }
    }

    private static X509SignatureFailure VerifyEd25519(
        SubjectPublicKeyInfoDer info,
        ReadOnlySpan<byte> signedData,
        ReadOnlySpan<byte> signature
    )
    {
        if (info.Algorithm is not ObjectIdentifiers.Ed25519)
        {
            return X509SignatureFailure.UnsupportedKey;
        }

        if (info.Key.Length != Ed25519.PublicKeySize)
        {
            return X509SignatureFailure.MalformedKey;
        }

        return Judge(
            signature.Length == Ed25519.SignatureSize
                && Ed25519.Verify(
                    signature.ToArray(),
                    0,
                    info.Key.ToArray(),
                    0,
                    signedData.ToArray(),
                    0,
                    signedData.Length
                )
        );
    }

    private static X509SignatureFailure Judge(bool good) => good ? X509SignatureFailure.None : X509SignatureFailure.Bad;
}
