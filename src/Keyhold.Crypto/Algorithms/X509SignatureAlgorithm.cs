using System.Formats.Asn1;
using System.Security.Cryptography;
using Keyhold.Crypto.Keys;

namespace Keyhold.Crypto.Algorithms;

/// <summary>
/// The AlgorithmIdentifier of a signature. Parameters: NULL or absent with RSA PKCS#1 (RFC 4055 section 5) and with SM2
/// (both are found in certificates); absent with ECDSA (RFC 5758 section 3.2) and Ed25519 (RFC 8410 section 3); present
/// with PSS (RFC 4055 section 3.1).
/// </summary>
internal readonly record struct X509SignatureAlgorithm(
    X509SignatureFamily Family,
    HashAlgorithmName Hash,
    int SaltLength = 0
)
{
    internal static bool TryRead(
        ReadOnlySpan<byte> identifierDer,
        out X509SignatureAlgorithm algorithm,
        out X509SignatureFailure failure
    )
    {
        algorithm = default;
        try
        {
            var outer = new DerReader(identifierDer);
            DerReader identifier = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            string name = identifier.ReadObjectIdentifier();
            if (name is ObjectIdentifiers.RsaPss)
            {
                bool known = PssParameters.TryRead(ref identifier, out PssParameters pss);
                algorithm = new X509SignatureAlgorithm(X509SignatureFamily.RsaPss, pss.Hash, pss.SaltLength);
                failure = known ? X509SignatureFailure.None : X509SignatureFailure.UnsupportedAlgorithm;
                return known;
            }

            if (!TryFind(name, out algorithm))
            {
                failure = X509SignatureFailure.UnsupportedAlgorithm;
                return false;
            }

            bool mayHaveNull = algorithm.Family is X509SignatureFamily.RsaPkcs1 or X509SignatureFamily.Sm2;
            if (mayHaveNull && !identifier.IsEmpty)
            {
                identifier.ReadNull();
            }

            identifier.ThrowIfNotEmpty();
            failure = X509SignatureFailure.None;
            return true;
        }
        catch (AsnContentException)
        {
            failure = X509SignatureFailure.MalformedAlgorithm;
            return false;
        }
    }

    /// <summary>The object identifier alone, whatever follows it; null when there is none.</summary>
    internal static string? ObjectIdentifierOf(ReadOnlySpan<byte> identifierDer)
    {
        try
        {
            return new DerReader(identifierDer).ReadSequence().ReadObjectIdentifier();
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static bool TryFind(string name, out X509SignatureAlgorithm algorithm)
    {
        (X509SignatureFamily Family, HashAlgorithmName Hash)? found = name switch
        {
            ObjectIdentifiers.Sha1WithRsa => (X509SignatureFamily.RsaPkcs1, HashAlgorithmName.SHA1),
            ObjectIdentifiers.Sha256WithRsa => (X509SignatureFamily.RsaPkcs1, HashAlgorithmName.SHA256),
            ObjectIdentifiers.Sha384WithRsa => (X509SignatureFamily.RsaPkcs1, HashAlgorithmName.SHA384),
            ObjectIdentifiers.Sha512WithRsa => (X509SignatureFamily.RsaPkcs1, HashAlgorithmName.SHA512),
            ObjectIdentifiers.EcdsaWithSha1 => (X509SignatureFamily.Ecdsa, HashAlgorithmName.SHA1),
            ObjectIdentifiers.EcdsaWithSha256 => (X509SignatureFamily.Ecdsa, HashAlgorithmName.SHA256),
            ObjectIdentifiers.EcdsaWithSha384 => (X509SignatureFamily.Ecdsa, HashAlgorithmName.SHA384),
            ObjectIdentifiers.EcdsaWithSha512 => (X509SignatureFamily.Ecdsa, HashAlgorithmName.SHA512),
            ObjectIdentifiers.EcdsaWithSha3With224 => (X509SignatureFamily.Ecdsa, Sha3.Sha3With224),
            ObjectIdentifiers.EcdsaWithSha3With256 => (X509SignatureFamily.Ecdsa, Sha3.Sha3With256),
            ObjectIdentifiers.EcdsaWithSha3With384 => (X509SignatureFamily.Ecdsa, Sha3.Sha3With384),
            ObjectIdentifiers.EcdsaWithSha3With512 => (X509SignatureFamily.Ecdsa, Sha3.Sha3With512),
            ObjectIdentifiers.Sha3With224WithRsa => (X509SignatureFamily.RsaPkcs1, Sha3.Sha3With224),
            ObjectIdentifiers.Sha3With256WithRsa => (X509SignatureFamily.RsaPkcs1, Sha3.Sha3With256),
            ObjectIdentifiers.Sha3With384WithRsa => (X509SignatureFamily.RsaPkcs1, Sha3.Sha3With384),
            ObjectIdentifiers.Sha3With512WithRsa => (X509SignatureFamily.RsaPkcs1, Sha3.Sha3With512),
            ObjectIdentifiers.Sm2WithSm3 => (X509SignatureFamily.Sm2, default),
            ObjectIdentifiers.Ed25519 => (X509SignatureFamily.Ed25519, default),
            _ => null,
        };
        if (found is (X509SignatureFamily.RsaPkcs1, var hash) && Sha3.Is(hash) && !Sha3.GoesWithRsa(hash))
        {
            found = null;
        }

        algorithm = found is { } entry ? new X509SignatureAlgorithm(entry.Family, entry.Hash) : default;
        return found is not null;
    }
}
