namespace Keyhold.Crypto.Certificates;

/// <summary>
/// A judgement as plain data, for everybody who shows one: the path with a mark at each certificate, what was left out,
/// and all findings, errors first.
/// </summary>
public sealed class JudgementReport
{
    private JudgementReport(Judgement judgement, JudgementOptions options, DateTimeOffset at)
    {
        Accepted = judgement.IsAccepted;
        Profile = options.Profile;
        At = at;
        RootMissing = judgement.RootMissing;
        IssuerIsUnchecked = judgement.Unchecked.Count > 0;
        Findings = judgement.Findings;
        EndsInAnchor = judgement.Path is [.., var top] && options.Anchors.Certificates.Any(top.IsSameAs);
        Path =
        [
            .. judgement.Path.Select(
                (certificate, place) => Describe(certificate, judgement.Path.ElementAtOrDefault(place + 1))
            ),
        ];
        Dropped = [.. judgement.Dropped.Select(certificate => Describe(certificate, null))];
    }

    public bool Accepted { get; }

    /// <summary>Whether all texts could be read, so that the verdict is about certificates: every error is one of the rules.</summary>
    public bool Readable =>
        Findings.All(finding => finding.Severity != FindingSeverity.Error || JudgementRules.Knows(finding.Code));

    public JudgementProfile Profile { get; }

    /// <summary>The moment for which validity was judged.</summary>
    public DateTimeOffset At { get; }

    /// <summary>Whether the path ends below its root, which was not sent.</summary>
    public bool RootMissing { get; }

    /// <summary>Whether a certificate that may be the missing issuer was sent, but cannot be checked.</summary>
    public bool IssuerIsUnchecked { get; }

    /// <summary>Whether, though the path ends, a certificate with the name of the missing issuer was sent.</summary>
    public bool IssuerIsGiven =>
        RootMissing
        && Path is [.., { Certificate: var top }]
        && Dropped.Any(dropped =>
            string.Equals(dropped.Certificate.Subject.NormalForm, top.Issuer.NormalForm, StringComparison.Ordinal)
        );

    /// <summary>Whether the last certificate of the path is one of the trust anchors.</summary>
    public bool EndsInAnchor { get; }

    /// <summary>The certificate first; empty when it could not be read.</summary>
    public IReadOnlyList<ReportedCertificate> Path { get; }

    /// <summary>Certificates that were sent and do not belong to the path.</summary>
    public IReadOnlyList<ReportedCertificate> Dropped { get; }

    public IReadOnlyList<Finding> Findings { get; }

    public static JudgementReport Of(Judgement judgement, JudgementOptions options, DateTimeOffset at) =>
        new(judgement, options, at);

    private ReportedCertificate Describe(Certificate certificate, Certificate? issuer) =>
        new(
            certificate,
            certificate.Key.Name,
            certificate.SignatureAlgorithmName(issuer ?? (certificate.IsSelfIssued ? certificate : null)),
            MarkOf(certificate)
        );

    private CertificateMark MarkOf(Certificate certificate) =>
        Findings
            .Where(finding => Concerns(finding, certificate))
            .Select(finding =>
                finding.Severity == FindingSeverity.Error ? CertificateMark.Bad : CertificateMark.Doubtful
            )
            .DefaultIfEmpty(CertificateMark.Good)
            .Max();

    private static bool Concerns(Finding finding, Certificate certificate) =>
        finding.Concerned is { } concerned && concerned.IsSameAs(certificate);
}
