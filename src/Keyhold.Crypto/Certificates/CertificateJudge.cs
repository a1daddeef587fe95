namespace Keyhold.Crypto.Certificates;

/// <summary>
/// Judges a certificate and its chain before anything is done with them, and says why: the one entry point. Bad input is
/// a finding, never an exception. Changes nothing and touches no store.
/// </summary>
public sealed class CertificateJudge(TimeProvider time)
{
    public Judgement Judge(CertificateSubmission submission)
    {
        var findings = new List<Finding>();
        var leaf = SubmissionReader.ReadCertificate(submission.Certificate, findings);
        var chain = SubmissionReader.ReadChain(submission.CertificateChain, findings);
        if (leaf is null)
        {
            return new Judgement(null, [], ErrorsFirst(findings));
        }
        findings.AddRange(LeafRules.Judge(leaf, chain ?? [], submission));
        var validator = new PathValidator(time.GetUtcNow());
        if (findings.Exists(finding => finding is { Severity: FindingSeverity.Error, Parameter: "CertificateChain" }))
        {
            // What is missing from a chain that cannot be read is not known; only the certificate itself is.
            findings.AddRange(validator.Validate([leaf], isSelfSigned: false));
            return new Judgement(leaf, [], ErrorsFirst(findings));
        }
        var path = new PathBuilder(leaf, chain, validator).FindBest();
        findings.AddRange(path.Findings);
        findings.AddRange(Strangers.In(chain ?? [], path.Certificates));
        return new Judgement(leaf, [.. path.Certificates.Skip(1)], ErrorsFirst(findings));
    }

    private static Finding[] ErrorsFirst(List<Finding> findings) =>
        [.. findings.OrderBy(finding => finding.Severity == FindingSeverity.Error ? 0 : 1)];
}
