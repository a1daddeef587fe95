namespace Keyhold.Crypto.Certificates;

/// <summary>Whether subject, issuer and alternative names are there and well written (RFC 5280 sections 4.1.2.4, 4.1.2.6 and 4.2.1.6).</summary>
internal static class NameRules
{
    public static void Check(PathPlace place, List<Finding> findings)
    {
        var certificate = place.Certificate;
        if (certificate.Issuer.IsEmpty || (certificate.Subject.IsEmpty && certificate.IsAuthority))
        {
            findings.Add(
                place.Report(
                    "NoAuthorityName",
                    certificate.Issuer.IsEmpty ? "has an issuer without a name" : "is a CA without a name",
                    "Have it issued anew: a CA must have a name.",
                    "an empty name",
                    "a distinguished name"
                )
            );
        }
        if (certificate.Subject.IsEmpty)
        {
            CheckNamelessSubject(place, findings);
        }
        if (certificate.InvalidAlternativeName is { } fault)
        {
            findings.Add(
                place.Report(
                    "AlternativeNameInvalid",
                    $"has the alternative name {fault.Kind} {fault.Shown}, which is not written as RFC 5280 wants it",
                    "Have it issued with a valid name.",
                    fault.Shown,
                    "a host name of letters, digits and hyphens, a mailbox, or a URI with its scheme"
                )
            );
        }
    }

    private static void CheckNamelessSubject(PathPlace place, List<Finding> findings)
    {
        var alternatives = place.Certificate.Extension(CertificateIdentifiers.SubjectAlternativeName);
        if (alternatives is null)
        {
            if (!place.Certificate.IsAuthority)
            {
                findings.Add(
                    place.Report(
                        "NoSubjectName",
                        "has neither a subject nor alternative names",
                        "Have it issued with a name.",
                        "no name",
                        "a subject or alternative names"
                    )
                );
            }
        }
        else if (!alternatives.IsCritical)
        {
            findings.Add(
                place.Report(
                    "AlternativeNameNotCritical",
                    "has no subject, and its alternative names are not critical as they then must be",
                    "Ask the CA to correct its profile.",
                    "not critical",
                    "critical"
                )
            );
        }
    }
}
