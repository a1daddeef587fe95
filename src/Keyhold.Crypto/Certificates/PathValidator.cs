namespace Keyhold.Crypto.Certificates;

/// <summary>
/// Checks the certificates of a path whose signatures are linked already, each for itself and each CA for what stands
/// below it (RFC 5280 section 6.1). Findings come as severe as the strict profile takes them.
/// </summary>
internal sealed class PathValidator(DateTimeOffset now)
{
    private readonly DateRules dates = new(now);
    private readonly NameConstraintRules names = new();

    public bool IsInDate(Certificate certificate) => dates.IsInDate(certificate);

    public List<Finding> Validate(CertificatePath path)
    {
        var findings = new List<Finding>();
        for (var i = 0; i < path.Certificates.Count; i++)
        {
            var place = new PathPlace(path, i);
            dates.Check(place, findings);
            StrengthRules.Check(place, findings);
            AuthorityRules.Check(place, findings);
            ExtensionRules.Check(place, findings);
            ExtensionFormRules.Check(place, findings);
            NameRules.Check(place, findings);
        }
        names.Check(path, findings);
        PolicyRules.Check(path, findings);
        return findings;
    }
}
