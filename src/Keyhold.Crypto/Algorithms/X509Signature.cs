using System.Formats.Asn1;
using System.Globalization;
using Keyhold.Crypto.Keys;

namespace Keyhold.Crypto.Algorithms;

/// <summary>
/// Signatures of certificates and requests by any algorithm that CAs use: RSA PKCS#1 and PSS, ECDSA on P-256, P-384 and
/// P-521, both with SHA-2 and SHA-3, SM2 with SM3, Ed25519 (RFC 3279, 4055, 5758, 8410, GM/T 0015). SHA-1 verifies; whether
/// it suffices is for the caller to judge. Making signatures is for the three key specs.
/// </summary>
internal static class X509Signature
{
    private static readonly byte[] RsaSha256Identifier = WriteIdentifier(ObjectIdentifiers.Sha256WithRsa, true);
    private static readonly byte[] EcdsaSha256Identifier = WriteIdentifier(ObjectIdentifiers.EcdsaWithSha256, false);
    private static readonly byte[] Sm2Sm3Identifier = WriteIdentifier(ObjectIdentifiers.Sm2WithSm3, false);

    /// <param name="algorithmIdentifierDer">The whole AlgorithmIdentifier of the signature.</param>
    /// <param name="subjectPublicKeyInfoDer">The signer's whole SubjectPublicKeyInfo.</param>
    /// <param name="signedData">The signed bytes: TBSCertificate or CertificationRequestInfo with tag and length.</param>
    /// <param name="signature">What the signature's bit string holds.</param>
    /// <param name="failure">Why the answer is false; <see cref="X509SignatureFailure.None"/> when it is true.</param>
    internal static bool Verify(
        ReadOnlySpan<byte> algorithmIdentifierDer,
        ReadOnlySpan<byte> subjectPublicKeyInfoDer,
        ReadOnlySpan<byte> signedData,
        ReadOnlySpan<byte> signature,
        out X509SignatureFailure failure
    )
    {
        if (!X509SignatureAlgorithm.TryRead(algorithmIdentifierDer, out var algorithm, out failure))
        {
            return false;
        }

        failure = X509Verification.Verify(algorithm, subjectPublicKeyInfoDer, signedData, signature);
        return failure == X509SignatureFailure.None;
    }

    /// <summary>The AlgorithmIdentifier that <see cref="Sign"/> signs with, DER.</summary>
    internal static ReadOnlyMemory<byte> AlgorithmIdentifierOf(KeySpec spec)
    {
        if (spec == KeySpec.Rsa2048)
        {
            return RsaSha256Identifier;
        }

        return spec == KeySpec.EcP256 ? EcdsaSha256Identifier : Sm2Sm3Identifier;
    }

    /// <summary>Signs to-be-signed bytes: sha256WithRSAEncryption, ecdsa-with-SHA256 or SM2 with SM3.</summary>
    internal static byte[] Sign(PrivateKey key, ReadOnlySpan<byte> toBeSigned)
    {
        SigningAlgorithm algorithm = key.Spec switch
        {
            var spec when spec == KeySpec.Rsa2048 => SigningAlgorithm.RsaPkcs1Sha256,
            var spec when spec == KeySpec.EcP256 => SigningAlgorithm.EcdsaSha256,
            _ => SigningAlgorithm.Sm2Dsa,
        };
        return key.Sign(algorithm, MessageType.Raw, toBeSigned);
    }

    /// <summary>
    /// The API's name of a certificate's SignatureAlgorithm: RSA2048-SHA256, RSA4096-SHA384, RSA2048-PSS-SHA256,
    /// ECDSA-SHA256, SM2-SM3, Ed25519. Without a readable issuer key the RSA size is left out; an unknown algorithm is
    /// named by its object identifier, an unreadable one is "unknown".
    /// </summary>
    internal static string NameOf(ReadOnlySpan<byte> algorithmIdentifierDer, ReadOnlySpan<byte> issuerPublicKeyInfoDer)
    {
        if (!X509SignatureAlgorithm.TryRead(algorithmIdentifierDer, out var algorithm, out _))
        {
            return X509SignatureAlgorithm.ObjectIdentifierOf(algorithmIdentifierDer) ?? "unknown";
        }

        string hash = algorithm.Hash.Name ?? "";
        return algorithm.Family switch
        {
            X509SignatureFamily.RsaPkcs1 => $"RSA{RsaSizeOf(issuerPublicKeyInfoDer)}-{hash}",
            X509SignatureFamily.RsaPss => $"RSA{RsaSizeOf(issuerPublicKeyInfoDer)}-PSS-{hash}",
            X509SignatureFamily.Ecdsa => $"ECDSA-{hash}",
            X509SignatureFamily.Sm2 => "SM2-SM3",
            _ => "Ed25519",
        };
    }

    private static string RsaSizeOf(ReadOnlySpan<byte> subjectPublicKeyInfoDer)
    {
        try
        {
            SubjectPublicKeyInfoDer info = SubjectPublicKeyInfoDer.Read(subjectPublicKeyInfoDer);
            return info.Algorithm is ObjectIdentifiers.RsaEncryption or ObjectIdentifiers.RsaPss
                ? RsaPublicKeyDer.Read(info.Key).Bits.ToString(CultureInfo.InvariantCulture)
                : "";
        }
        catch (Exception exception) when (exception is KeyFormatException or AsnContentException)
        {
            return "";
        }
    }

    private static byte[] WriteIdentifier(string algorithm, bool withNull)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(algorithm);
            if (withNull)
            {
                writer.WriteNull();
            }
        }

        return writer.Encode();
    }
}
