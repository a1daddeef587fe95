using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Keyhold.Crypto.Certificates;

/// <summary>
/// What is to be said of the certificate itself: the right key is a must; what the CA changed, and what the certificate
/// is meant for, is only told.
/// </summary>
internal static class LeafRules
{
    private const string Parameter = "Certificate";

    /// <summary>What certificates for servers, clients, code, mail and documents say, and "anything".</summary>
    private static readonly FrozenSet<string> UsualPurposes = FrozenSet.Create(
        StringComparer.Ordinal,
        "1.3.6.1.5.5.7.3.1",
        "1.3.6.1.5.5.7.3.2",
        "1.3.6.1.5.5.7.3.3",
        "1.3.6.1.5.5.7.3.4",
        "1.3.6.1.5.5.7.3.36",
        "1.3.6.1.4.1.311.10.3.12",
        "2.5.29.37.0"
    );

    public static IEnumerable<Finding> Judge(
        Certificate leaf,
        IReadOnlyList<Certificate> chain,
        CertificateSubmission submission
    )
    {
        if (submission.ExpectedPublicKey is { } expected && !CertificateKey.Inspect(expected).IsSameAs(leaf.Key))
        {
            yield return KeyMismatch(leaf, chain, expected);
        }
        if (leaf.IsAuthority)
        {
            yield return Warning(
                leaf,
                "IsAuthority",
                "it is a CA certificate (basicConstraints says CA)",
                "Check that the CA used the profile meant for this request."
            );
        }
        if (leaf.KeyUsage is { } usage && !usage.HasFlag(X509KeyUsageFlags.DigitalSignature))
        {
            yield return Warning(
                leaf,
                Finding.NotForSigning,
                $"its key usage ({usage}) does not include DigitalSignature",
                "Nothing is limited here, but others may refuse its signatures."
            );
        }
        if (leaf.ExtendedKeyUsages.Count > 0 && !leaf.ExtendedKeyUsages.Any(UsualPurposes.Contains))
        {
            yield return Warning(
                leaf,
                "SpecialPurpose",
                $"its extended key usage ({string.Join(", ", leaf.ExtendedKeyUsages.Take(10))}) names special purposes only",
                "Nothing is limited here, but others may refuse it for anything else."
            );
        }
        foreach (var difference in submission.Request is { } request ? DifferencesFrom(request, leaf) : [])
        {
            yield return difference;
        }
    }

    private static Finding KeyMismatch(
        Certificate leaf,
        IReadOnlyList<Certificate> chain,
        ReadOnlyMemory<byte> expected
    )
    {
        var wanted = CertificateKey.Inspect(expected);
        var right = chain.FirstOrDefault(certificate => certificate.Key.IsSameAs(wanted));
        var reason =
            $"its public key is not the key of this certificate's CSR: found {leaf.Key.Name} {Fingerprint(leaf.SubjectPublicKeyInfo)} in the certificate of {leaf.Subject.Shown}, "
            + $"expected {wanted.Name} {Fingerprint(expected)}";
        var remedy = right is null
            ? "Upload the certificate that the CA issued for the CSR of this CertificateId."
            : $"CertificateChain has the right one ({right.Subject.Shown}): put that in Certificate and the others in CertificateChain.";
        return Finding.About(
            leaf,
            Finding.KeyMismatch,
            Parameter,
            reason,
            remedy,
            $"{leaf.Key.Name} {Fingerprint(leaf.SubjectPublicKeyInfo)}",
            $"{wanted.Name} {Fingerprint(expected)}"
        );
    }

    /// <summary>As <c>openssl pkey -pubin -outform DER | sha256sum</c> shows it, shortened to what people compare.</summary>
    private static string Fingerprint(ReadOnlyMemory<byte> publicKey) =>
        $"(SHA-256 {Convert.ToHexStringLower(SHA256.HashData(publicKey.Span).AsSpan(0, 8))}...)";

    private static IEnumerable<Finding> DifferencesFrom(SigningRequest request, Certificate leaf)
    {
        if (!string.Equals(request.Subject.NormalForm, leaf.Subject.NormalForm, StringComparison.Ordinal))
        {
            yield return Warning(
                leaf,
                "SubjectChanged",
                $"the CA changed the subject: the CSR has {request.Subject.Shown}, the certificate has {leaf.Subject.Shown}",
                "The certificate's subject is the one that counts."
            );
        }
        var asked = request.SubjectAlternativeNames.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var given = leaf.SubjectAlternativeNames.ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (!asked.SetEquals(given))
        {
            yield return Warning(
                leaf,
                "AlternativeNamesChanged",
                $"the CA changed the subject alternative names: the CSR has {List(asked)}, the certificate has {List(given)}",
                "The certificate's names are the ones that count."
            );
        }
    }

    /// <summary>The first ten: certificates may have hundreds.</summary>
    private static string List(HashSet<string> names) =>
        names.Count == 0
            ? "none"
            : string.Join(", ", names.Order(StringComparer.Ordinal).Take(10).Select(MessageText.Excerpt))
                + (names.Count > 10 ? ", ..." : "");

    private static Finding Warning(Certificate leaf, string code, string reason, string remedy) =>
        Finding.About(leaf, code, Parameter, reason, remedy);
}
