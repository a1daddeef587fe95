namespace Keyhold.Crypto.Certificates;

/// <summary>
/// Judges a certificate and its chain before anything is done with them, and says why: the one entry point. Bad input is
/// a finding, never an exception. Changes nothing and touches no store. Threads may share one.
/// </summary>
public sealed class CertificateJudge(TimeProvider time, JudgementOptions options)
{
    private readonly Sm2IssuerKeys keys = new();

    public CertificateJudge(TimeProvider time)
        : this(time, JudgementOptions.Default) { }

    public Judgement Judge(CertificateSubmission submission) =>
        Judge(submission, submission.CertificateChain is { } chain ? [chain] : []);

    /// <summary>Judges a certificate with any key, beside any number of texts that hold the certificates above it.</summary>
    public Judgement JudgeCertificates(string certificate, IReadOnlyList<string> chains) =>
        Judge(new CertificateSubmission(null, null, certificate, null), chains);

    /// <summary>As <see cref="Judge(CertificateSubmission)"/>, with the chain in any number of texts instead of its own.</summary>
    public Judgement Judge(CertificateSubmission submission, IReadOnlyList<string> chainTexts)
    {
        var unreadable = new List<Finding>();
        var leaf = SubmissionReader.ReadCertificate(submission.Certificate, unreadable);
        var given = SubmissionReader.ReadChain(chainTexts, unreadable);
        if (leaf is null)
        {
            return new Judgement(null, [], ErrorsFirst(unreadable));
        }
        var places = new GivenCertificates(leaf, given ?? []);
        var findings = new List<Finding>(LeafRules.Judge(leaf, places.Chain, submission));
        var validator = new PathValidator(time.GetUtcNow());
        var path = CertificatePath.Of(leaf);
        if (unreadable.Exists(finding => finding is { Severity: FindingSeverity.Error, Parameter: "CertificateChain" }))
        {
            // What is missing from a chain that cannot be read is not known; only the certificate itself is.
            findings.AddRange(validator.Validate(path));
        }
        else
        {
            path = new PathBuilder(leaf, given is null ? null : places.Chain, validator, options, keys).FindBest();
            findings.AddRange(path.Findings);
            findings.AddRange(Strangers.In(places.Chain, path));
        }
        var judged = JudgementRules.Apply(findings, options.Profile).Select(places.WithPlace);
        return new Judgement(leaf, [.. path.Certificates.Skip(1)], ErrorsFirst([.. unreadable, .. judged]))
        {
            Dropped = Strangers.Among(places.Chain, path),
            Unchecked = path.Unchecked,
            RootMissing = !path.IsComplete,
        };
    }

    private static Finding[] ErrorsFirst(IEnumerable<Finding> findings) =>
        [.. findings.OrderBy(finding => finding.Severity == FindingSeverity.Error ? 0 : 1)];
}
