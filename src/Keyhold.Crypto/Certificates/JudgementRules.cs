namespace Keyhold.Crypto.Certificates;

/// <summary>
/// All findings on certificates and paths with their severity in each profile. docs/certificate-judgement.md has the same
/// table with the reasons, and a test compares the two.
/// </summary>
internal static class JudgementRules
{
    private const FindingSeverity Error = FindingSeverity.Error;
    private const FindingSeverity Warning = FindingSeverity.Warning;

    public static IReadOnlyList<JudgementRule> All { get; } =
    [
        // The certificate and its request.
        new(Finding.KeyMismatch, Error, Error),
        new("IsAuthority", Warning, Warning),
        new(Finding.NotForSigning, Warning, Warning),
        new("SpecialPurpose", Warning, Warning),
        new("SubjectChanged", Warning, Warning),
        new("AlternativeNamesChanged", Warning, Warning),
        // Where the path ends.
        new("ChainAbsent", Warning, Warning),
        new("IssuerMissing", Error, Error),
        new("RootMissing", Warning, Warning),
        new("NotAnchored", Error, Error),
        new("SignatureInvalid", Error, Error),
        new("SelfSigned", Warning, Warning),
        new("UnsupportedAlgorithm", Error, Error),
        new("NotNeeded", Warning, Warning),
        new("TooComplex", Error, Error),
        // Dates, keys and hashes.
        new("Expired", Error, Error),
        new("NotYetValid", Error, Error),
        new("ValidSoon", Error, Warning),
        new("UnsupportedKey", Error, Error),
        new("UnusualKey", Warning, Warning),
        new("WeakKey", Error, Error),
        new("WeakSignature", Error, Error),
        // Whether a CA may issue.
        new("NotAnAuthority", Error, Error),
        new("MayNotIssue", Error, Error),
        new("PathTooLong", Error, Error),
        new("NoBasicConstraints", Error, Warning),
        new("RootBasicConstraintsNotCritical", Error, Warning),
        new("BasicConstraintsNotCritical", Warning, null),
        new("PathLengthWithoutAuthority", Error, Warning),
        new("IssuingWithoutAuthority", Error, Warning),
        new("NoKeyUsage", Error, Warning),
        // Extensions.
        new("Precertificate", Error, Error),
        new("UnknownCriticalExtension", Error, Error),
        new("NetscapeCertificateType", Error, Warning),
        new("CriticalExtensionMalformed", Error, Error),
        new("ExtensionMalformed", Error, Warning),
        new("CriticalByMistake", Error, Warning),
        new("ConstraintsNotCritical", Error, Warning),
        new("OldVersion", Error, Warning),
        new("SerialNumberInvalid", Error, Warning),
        // Key identifiers.
        new("NoAuthorityKeyIdentifier", Error, Warning),
        new("NoSubjectKeyIdentifier", Error, Warning),
        new("KeyIdentifierMismatch", Error, Warning),
        // Names.
        new("NoAuthorityName", Error, Error),
        new("NoSubjectName", Error, Warning),
        new("AlternativeNameNotCritical", Error, Warning),
        new("AlternativeNameInvalid", Error, Warning),
        new("NameNotPermitted", Error, Error),
        new("NameExcluded", Error, Error),
        new("NameNotComparable", Error, Error),
        new("NameConstraintsInvalid", Error, Error),
        new("NameConstraintsWithLeadingDot", Error, Warning),
        new("NameConstraintsMisplaced", Error, Warning),
        // Policies.
        new("PolicyNotValid", Error, Error),
        new("PolicyExtensionInvalid", Error, Error),
        new("PolicyRepeated", Error, Warning),
    ];

    private static readonly Dictionary<string, JudgementRule> ByCode = All.ToDictionary(
        rule => rule.Code,
        StringComparer.Ordinal
    );

    /// <summary>Whether it is about certificates and paths; all other codes are about texts that cannot be read.</summary>
    public static bool Knows(string code) => ByCode.ContainsKey(code);

    public static JudgementRule Find(string code) => ByCode[code];

    /// <summary>The findings as severe as the profile takes them, without those that it does not tell.</summary>
    public static IEnumerable<Finding> Apply(IEnumerable<Finding> findings, JudgementProfile profile)
    {
        foreach (var finding in findings)
        {
            if (Find(finding.Code).In(profile) is { } severity)
            {
                yield return severity == finding.Severity ? finding : finding with { Severity = severity };
            }
        }
    }
}
