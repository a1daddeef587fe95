using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace Keyhold.Crypto.Certificates;

/// <summary>
/// Whether a CA may issue what stands below it (RFC 5280 section 6.1.4 (k) to (n)), and whether basicConstraints and
/// keyUsage fit each other (sections 4.2.1.3 and 4.2.1.9).
/// </summary>
internal static class AuthorityRules
{
    public static void Check(PathPlace place, List<Finding> findings)
    {
        if (!place.IsLeaf)
        {
            CheckIsAuthority(place, findings);
            CheckMayIssue(place, findings);
            CheckPathLength(place, findings);
        }
        CheckForm(place, findings);
    }

    private static void CheckIsAuthority(PathPlace place, List<Finding> findings)
    {
        var certificate = place.Certificate;
        if (certificate.BasicConstraints is null && place.IsRoot)
        {
            findings.Add(
                place.Report(
                    "NoBasicConstraints",
                    "is a root without basicConstraints",
                    "Old roots lack them; others may refuse it.",
                    "no basicConstraints",
                    "basicConstraints with cA TRUE"
                )
            );
        }
        else if (!certificate.IsAuthority)
        {
            var found = certificate.BasicConstraints is null ? "no basicConstraints" : "basicConstraints with cA FALSE";
            findings.Add(
                place.Report(
                    "NotAnAuthority",
                    $"is not a CA (it has {found}) but issued a certificate",
                    "Check where the certificate below it comes from: only a CA may issue certificates.",
                    found,
                    "basicConstraints with cA TRUE"
                )
            );
        }
    }

    private static void CheckMayIssue(PathPlace place, List<Finding> findings)
    {
        if (place.Certificate.KeyUsage is { } usage && !usage.HasFlag(X509KeyUsageFlags.KeyCertSign))
        {
            findings.Add(
                place.Report(
                    "MayNotIssue",
                    $"may not issue certificates: its key usage ({usage}) lacks KeyCertSign",
                    "Use the CA's certificate that is meant for issuing.",
                    usage.ToString(),
                    "KeyCertSign"
                )
            );
        }
    }

    private static void CheckPathLength(PathPlace place, List<Finding> findings)
    {
        var below = 0;
        for (var i = 1; i < place.Index; i++)
        {
            below += place.Path.Certificates[i].IsSelfIssued ? 0 : 1;
        }
        if (place.Certificate.BasicConstraints?.PathLength is { } limit && below > limit)
        {
            findings.Add(
                place.Report(
                    "PathTooLong",
                    string.Create(CultureInfo.InvariantCulture, $"allows {limit} CAs below it, found {below}"),
                    "Have the certificate issued by a CA that is nearer to it.",
                    string.Create(CultureInfo.InvariantCulture, $"{below} CAs below it"),
                    string.Create(CultureInfo.InvariantCulture, $"at most {limit}")
                )
            );
        }
    }

    private static void CheckForm(PathPlace place, List<Finding> findings)
    {
        var certificate = place.Certificate;
        if (certificate.IsAuthority && !certificate.IsCritical(CertificateIdentifiers.BasicConstraints))
        {
            findings.Add(
                place.Report(
                    place.IsRoot ? "RootBasicConstraintsNotCritical" : "BasicConstraintsNotCritical",
                    "is a CA whose basicConstraints are not critical",
                    "Ask the CA to mark them critical when it renews this certificate.",
                    "not critical",
                    "critical"
                )
            );
        }
        if (certificate.BasicConstraints is { IsAuthority: false, PathLength: not null })
        {
            findings.Add(
                place.Report(
                    "PathLengthWithoutAuthority",
                    "has a path length in its basicConstraints but is not a CA",
                    "Ask the CA to correct its profile.",
                    "a path length",
                    "none, since cA is FALSE"
                )
            );
        }
        if (certificate.KeyUsage is X509KeyUsageFlags.None)
        {
            findings.Add(
                place.Report(
                    "NoKeyUsage",
                    "has a key usage that names no use at all",
                    "Ask the CA to correct its profile.",
                    "no bit set",
                    "at least one"
                )
            );
        }
        if (
            !certificate.IsAuthority
            && certificate.KeyUsage?.HasFlag(X509KeyUsageFlags.KeyCertSign) is true
            && place.IsLeaf
        )
        {
            findings.Add(
                place.Report(
                    "IssuingWithoutAuthority",
                    "has KeyCertSign in its key usage but is not a CA",
                    "Ask the CA to correct its profile.",
                    "KeyCertSign",
                    "none, since it is not a CA"
                )
            );
        }
    }
}
