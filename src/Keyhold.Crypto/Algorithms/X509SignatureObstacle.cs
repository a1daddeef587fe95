using System.Formats.Asn1;
using Keyhold.Crypto.Keys;

namespace Keyhold.Crypto.Algorithms;

/// <summary>
/// Says of a signature algorithm that is not verified here which part of it is the reason, as a phrase: "RSA-PSS with
/// SHA-256 but MGF1 with SHA-1", "ECDSA with SHA-224".
/// </summary>
internal static class X509SignatureObstacle
{
    internal static string Describe(ReadOnlySpan<byte> identifierDer)
    {
        if (X509SignatureAlgorithm.ObjectIdentifierOf(identifierDer) is not { } algorithm)
        {
            return "an algorithm identifier that cannot be read";
        }

        if (algorithm is ObjectIdentifiers.RsaPss)
        {
            return "RSA-PSS " + DescribePss(identifierDer);
        }

        X509SignatureAlgorithm.TryRead(identifierDer, out _, out X509SignatureFailure failure);
        return failure == X509SignatureFailure.MalformedAlgorithm
            ? $"an algorithm identifier ({algorithm}) with parameters that it may not have"
            : NameOf(algorithm) ?? "the algorithm " + algorithm;
    }

    private static string DescribePss(ReadOnlySpan<byte> identifierDer)
    {
        try
        {
            var outer = new DerReader(identifierDer);
            DerReader identifier = outer.ReadSequence();
            identifier.ReadObjectIdentifier();
            PssParameters.TryRead(ref identifier, out _, out string? obstacle);
            return "with " + obstacle;
        }
        catch (AsnContentException)
        {
            return "with parameters that are absent or malformed";
        }
    }

    /// <summary>What CAs and their tools can be made to sign with, beside what is verified here.</summary>
    private static string? NameOf(string algorithm) =>
        algorithm switch
        {
            "1.2.840.113549.1.1.14" => "RSA with SHA-224",
            "1.2.840.113549.1.1.15" => "RSA with SHA-512/224",
            "1.2.840.113549.1.1.16" => "RSA with SHA-512/256",
            ObjectIdentifiers.Sha3With224WithRsa => "RSA with SHA3-224",
            ObjectIdentifiers.Sha3With256WithRsa => "RSA with SHA3-256",
            ObjectIdentifiers.Sha3With384WithRsa => "RSA with SHA3-384",
            ObjectIdentifiers.Sha3With512WithRsa => "RSA with SHA3-512",
            "1.3.36.3.3.1.2" => "RSA with RIPEMD-160",
            "1.3.6.1.5.5.7.6.30" => "RSA-PSS with SHAKE128",
            "1.3.6.1.5.5.7.6.31" => "RSA-PSS with SHAKE256",
            "1.2.840.10045.4.3.1" => "ECDSA with SHA-224",
            "1.3.6.1.5.5.7.6.32" => "ECDSA with SHAKE128",
            "1.3.6.1.5.5.7.6.33" => "ECDSA with SHAKE256",
            "2.16.840.1.101.3.4.3.1" => "DSA with SHA-224",
            "2.16.840.1.101.3.4.3.2" => "DSA with SHA-256",
            "2.16.840.1.101.3.4.3.3" => "DSA with SHA-384",
            "2.16.840.1.101.3.4.3.4" => "DSA with SHA-512",
            "1.3.101.113" => "Ed448",
            "2.16.840.1.101.3.4.3.17" => "ML-DSA-44",
            "2.16.840.1.101.3.4.3.18" => "ML-DSA-65",
            "2.16.840.1.101.3.4.3.19" => "ML-DSA-87",
            _ => null,
        };
}
