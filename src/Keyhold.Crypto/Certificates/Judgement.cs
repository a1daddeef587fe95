namespace Keyhold.Crypto.Certificates;

/// <summary>
/// What was found about a submission: its certificate (null when unreadable), the certificates above it in order, issuer
/// first and root last, without those that do not belong, and the findings, the most telling first.
/// </summary>
public sealed record Judgement(
    Certificate? Certificate,
    IReadOnlyList<Certificate> Chain,
    IReadOnlyList<Finding> Findings
)
{
    public bool IsAccepted => !Errors.Any();

    public IEnumerable<Finding> Errors => Findings.Where(finding => finding.Severity == FindingSeverity.Error);

    public IEnumerable<Finding> Warnings => Findings.Where(finding => finding.Severity == FindingSeverity.Warning);

    /// <summary>The certificate and what stands above it: the best path that was found, whether it is good or not.</summary>
    public IReadOnlyList<Certificate> Path => Certificate is null ? [] : [Certificate, .. Chain];

    /// <summary>Certificates that were given but do not belong to the path.</summary>
    public IReadOnlyList<Certificate> Dropped { get; init; } = [];

    /// <summary>Certificates that may have issued the last one of the path, for all that can be checked here, and their issuers.</summary>
    public IReadOnlyList<Certificate> Unchecked { get; init; } = [];

    /// <summary>Whether the path ends below a root or trust anchor.</summary>
    public bool RootMissing { get; init; }

    /// <summary>How the certificate was signed, by its issuer's key where that is known; empty without a certificate.</summary>
    public string SignatureAlgorithm =>
        Certificate?.SignatureAlgorithmName(
            Chain.Count > 0 ? Chain[0]
            : Certificate.IsSelfIssued ? Certificate
            : null
        ) ?? "";

    /// <summary>The chain as PEM, issuer first; empty when there is none.</summary>
    public string ChainPem => string.Concat(Chain.Select(certificate => certificate.Pem));
}
