using System.Globalization;
using Keyhold.Crypto.Algorithms;

namespace Keyhold.Crypto.Certificates;

/// <summary>The signature on a certificate: whether a key made it, how it is called, and whether its hash still counts.</summary>
internal static class CertificateSignature
{
    // Signature algorithms whose hash is broken by name (RFC 3279 section 2.2, RFC 8017 appendix A.2.4, OIW).
    private static readonly Dictionary<string, string> BrokenHashes = new(StringComparer.Ordinal)
    {
        ["1.2.840.113549.1.1.2"] = "MD2",
        ["1.2.840.113549.1.1.3"] = "MD4",
        ["1.2.840.113549.1.1.4"] = "MD5",
        ["1.3.14.3.2.3"] = "MD5",
        ["1.2.840.113549.1.1.5"] = "SHA-1",
        ["1.3.14.3.2.29"] = "SHA-1",
        ["1.2.840.10045.4.1"] = "SHA-1",
        ["1.2.840.10040.4.3"] = "SHA-1",
    };

    /// <param name="keys">SM2 keys known from before, for whom setting up again would cost more than verifying.</param>
    public static X509SignatureFailure Verify(Certificate certificate, Certificate issuer, Sm2IssuerKeys? keys = null)
    {
        if (keys?.TryVerify(certificate, issuer) is true)
        {
            return X509SignatureFailure.None;
        }
        X509Signature.Verify(
            certificate.SignatureAlgorithm.Span,
            issuer.SubjectPublicKeyInfo.Span,
            certificate.ToBeSigned.Span,
            certificate.Signature.Span,
            out var failure
        );
        return failure;
    }

    public static string NameOf(
        ReadOnlyMemory<byte> algorithm,
        ReadOnlyMemory<byte>? issuerPublicKey,
        int signatureLength
    )
    {
        var name = X509Signature.NameOf(algorithm.Span, issuerPublicKey is { } key ? key.Span : default);
        return name.StartsWith("RSA-", StringComparison.Ordinal)
            ? string.Create(CultureInfo.InvariantCulture, $"RSA{signatureLength * 8}{name.AsSpan(3)}")
            : name;
    }

    /// <summary>The name of a hash for which collisions can be made, when the certificate is signed with one.</summary>
    public static string? BrokenHashOf(Certificate certificate)
    {
        var identifier = certificate.SignatureAlgorithm.Span;
        if (
            X509SignatureAlgorithm.TryRead(identifier, out var algorithm, out _)
            && algorithm.Hash == System.Security.Cryptography.HashAlgorithmName.SHA1
        )
        {
            return "SHA-1";
        }
        return BrokenHashes.GetValueOrDefault(X509SignatureAlgorithm.ObjectIdentifierOf(identifier) ?? "");
    }
}
