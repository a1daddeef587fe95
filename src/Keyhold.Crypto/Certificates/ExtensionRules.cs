using System.Globalization;

namespace Keyhold.Crypto.Certificates;

/// <summary>
/// Which extensions may be critical and which must be, key identifiers, version and serial number (RFC 5280 sections 4.1
/// and 4.2).
/// </summary>
internal static class ExtensionRules
{
    private const int LongestSerialNumber = 20;

    // What is evaluated, and what limits nothing here: extended key usage and revocation are not this service's business.
    private static readonly HashSet<string> KnownExtensions = new(StringComparer.Ordinal)
    {
        CertificateIdentifiers.SubjectKeyIdentifier,
        CertificateIdentifiers.KeyUsage,
        CertificateIdentifiers.SubjectAlternativeName,
        CertificateIdentifiers.IssuerAlternativeName,
        CertificateIdentifiers.BasicConstraints,
        CertificateIdentifiers.NameConstraints,
        CertificateIdentifiers.CrlDistributionPoints,
        CertificateIdentifiers.CertificatePolicies,
        CertificateIdentifiers.PolicyMappings,
        CertificateIdentifiers.AuthorityKeyIdentifier,
        CertificateIdentifiers.PolicyConstraints,
        CertificateIdentifiers.ExtendedKeyUsage,
        CertificateIdentifiers.FreshestCrl,
        CertificateIdentifiers.InhibitAnyPolicy,
        CertificateIdentifiers.AuthorityInformationAccess,
        CertificateIdentifiers.SubjectInformationAccess,
        CertificateIdentifiers.OcspNoCheck,
    };

    public static void Check(PathPlace place, List<Finding> findings)
    {
        foreach (var extension in place.Certificate.Extensions)
        {
            CheckOne(place, extension, findings);
        }
        CheckKeyIdentifiers(place, findings);
        CheckVersionAndSerial(place, findings);
    }

    private static void CheckOne(PathPlace place, CertificateExtension extension, List<Finding> findings)
    {
        if (extension.Oid is CertificateIdentifiers.PrecertificatePoison)
        {
            findings.Add(
                place.Report(
                    "Precertificate",
                    "is a precertificate, made for transparency logs only",
                    "Get the certificate itself from the CA."
                )
            );
        }
        else if (extension is { IsCritical: true, Oid: CertificateIdentifiers.NetscapeCertificateType })
        {
            NetscapeRules.Check(place, extension, findings);
        }
        else if (extension.IsCritical && !KnownExtensions.Contains(extension.Oid))
        {
            findings.Add(
                place.Report(
                    "UnknownCriticalExtension",
                    $"has the critical extension {MessageText.Excerpt(extension.Oid)}, which is not known here",
                    "Have it issued without, or with the extension not critical.",
                    MessageText.Excerpt(extension.Oid)
                )
            );
        }
        else if (extension.IsCritical && NameIfNeverCritical(extension.Oid) is { } name)
        {
            findings.Add(
                place.Report(
                    "CriticalByMistake",
                    $"has the extension {name} marked critical, which RFC 5280 forbids",
                    "Ask the CA to correct its profile.",
                    $"{name} critical",
                    "not critical"
                )
            );
        }
        else if (!extension.IsCritical && NameIfAlwaysCritical(extension.Oid) is { } constraint)
        {
            findings.Add(
                place.Report(
                    "ConstraintsNotCritical",
                    $"has the extension {constraint} not marked critical: programs that do not know it will pass it over",
                    "Ask the CA to mark it critical when it renews this certificate.",
                    $"{constraint} not critical",
                    "critical"
                )
            );
        }
    }

    private static string? NameIfNeverCritical(string oid) =>
        oid switch
        {
            CertificateIdentifiers.AuthorityKeyIdentifier => "authorityKeyIdentifier",
            CertificateIdentifiers.SubjectKeyIdentifier => "subjectKeyIdentifier",
            CertificateIdentifiers.AuthorityInformationAccess => "authorityInfoAccess",
            CertificateIdentifiers.SubjectInformationAccess => "subjectInfoAccess",
            CertificateIdentifiers.FreshestCrl => "freshestCRL",
            _ => null,
        };

    private static string? NameIfAlwaysCritical(string oid) =>
        oid switch
        {
            CertificateIdentifiers.NameConstraints => "nameConstraints",
            CertificateIdentifiers.PolicyConstraints => "policyConstraints",
            CertificateIdentifiers.InhibitAnyPolicy => "inhibitAnyPolicy",
            _ => null,
        };

    /// <summary>RFC 5280 sections 4.2.1.1 and 4.2.1.2.</summary>
    private static void CheckKeyIdentifiers(PathPlace place, List<Finding> findings)
    {
        var certificate = place.Certificate;
        if (certificate.AuthorityKeyIdentifier is null && !IsOwnIssuer(place))
        {
            findings.Add(
                place.Report(
                    "NoAuthorityKeyIdentifier",
                    "lacks the key identifier of its issuer (authorityKeyIdentifier)",
                    "Ask the CA to correct its profile: programs find the issuer by it."
                )
            );
        }
        if (certificate.IsAuthority && certificate.SubjectKeyIdentifier is null)
        {
            findings.Add(
                place.Report(
                    "NoSubjectKeyIdentifier",
                    "is a CA without a key identifier (subjectKeyIdentifier)",
                    "Ask the CA to correct its profile: programs find the issuer by it."
                )
            );
        }
        var issuer = place.IsSelfSigned ? certificate : place.Issuer;
        if (
            certificate.AuthorityKeyIdentifier is { } wanted
            && issuer?.SubjectKeyIdentifier is { } held
            && !wanted.AsSpan().SequenceEqual(held)
        )
        {
            findings.Add(
                place.Report(
                    "KeyIdentifierMismatch",
                    $"names another key identifier than its issuer {issuer.Subject.Shown} has, though the issuer's key verifies it",
                    "Programs that look for the issuer by key identifier will not find it: ask the CA to correct this.",
                    Shown(wanted),
                    Shown(held)
                )
            );
        }
    }

    /// <summary>
    /// The exception of RFC 5280 section 4.2.1.1: of a self-signed certificate both identifiers are the same. And nobody
    /// looks for the issuer of a trust anchor.
    /// </summary>
    private static bool IsOwnIssuer(PathPlace place) =>
        place.IsEnd || (place.Issuer is null && place.Certificate.IsSelfIssued);

    private static string Shown(byte[] identifier) => MessageText.Excerpt(Convert.ToHexString(identifier));

    private static void CheckVersionAndSerial(PathPlace place, List<Finding> findings)
    {
        var certificate = place.Certificate;
        if (certificate.Version != 3 && !place.IsRoot)
        {
            findings.Add(
                place.Report(
                    "OldVersion",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"is of version {certificate.Version}, which has no extensions"
                    ),
                    "Have it issued as version 3.",
                    string.Create(CultureInfo.InvariantCulture, $"version {certificate.Version}"),
                    "version 3"
                )
            );
        }
        if (WrongWithSerial(certificate.Serial.Span) is { } fault)
        {
            findings.Add(
                place.Report(
                    "SerialNumberInvalid",
                    $"has a serial number that is {fault}",
                    "Ask the CA to correct this: serial numbers are positive and have at most 20 bytes.",
                    MessageText.Excerpt(certificate.SerialHex),
                    "a positive number of at most 20 bytes"
                )
            );
        }
    }

    /// <summary>RFC 5280 section 4.1.2.2.</summary>
    private static string? WrongWithSerial(ReadOnlySpan<byte> serial)
    {
        if ((serial[0] & 0x80) != 0)
        {
            return "negative";
        }
        if (serial.Length > LongestSerialNumber)
        {
            return "longer than 20 bytes";
        }
        return serial.ContainsAnyExcept((byte)0) ? null : "zero";
    }
}
