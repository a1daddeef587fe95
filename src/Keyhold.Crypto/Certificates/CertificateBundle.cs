using Keyhold.Crypto.Keys;

namespace Keyhold.Crypto.Certificates;

/// <summary>
/// A file with several certificates, such as CAs hand out, taken apart: one is the certificate, the others are its chain.
/// </summary>
/// <param name="Certificate">The text for Certificate.</param>
/// <param name="Rest">The PEM of all others, in their order; null when the text is not split.</param>
/// <param name="Place">Where the certificate stood among all, from 0.</param>
/// <param name="Count">How many there were; 1 when the text is not split.</param>
public sealed record CertificateBundle(string Certificate, string? Rest, int Place, int Count)
{
    /// <summary>
    /// Splits a text with several certificates and nothing wrong with it. Any other text stays as it is: judgement says
    /// best what it is.
    /// </summary>
    /// <param name="publicKey">The key of the certificate that is wanted; null to take the one that issued no other.</param>
    public static CertificateBundle Split(string text, PublicKey? publicKey)
    {
        var findings = new List<Finding>();
        var all = SubmissionReader.ReadChain([text], findings);
        if (all is null or { Count: < 2 } || findings.Exists(finding => finding.Severity == FindingSeverity.Error))
        {
            return new CertificateBundle(text, null, 0, 1);
        }
        var place = PlaceOf(all, publicKey);
        var rest = string.Concat(all.Where((_, other) => other != place).Select(certificate => certificate.Pem));
        return new CertificateBundle(all[place].Pem, rest, place, all.Count);
    }

    /// <summary>Where nothing tells, the first: what is then said of it explains best what is wrong.</summary>
    private static int PlaceOf(IReadOnlyList<Certificate> all, PublicKey? publicKey)
    {
        var key = publicKey is null ? null : CertificateKey.Inspect(publicKey.SubjectPublicKeyInfo);
        Func<Certificate, bool>[] rules =
        [
            certificate => key is not null && certificate.Key.IsSameAs(key),
            certificate => !certificate.IsAuthority,
            certificate => !all.Any(other => IsNamedAsIssuer(certificate, other)),
        ];
        return rules
            .Select(rule => Enumerable.Range(0, all.Count).FirstOrDefault(place => rule(all[place]), -1))
            .FirstOrDefault(place => place >= 0, 0);
    }

    private static bool IsNamedAsIssuer(Certificate issuer, Certificate other) =>
        !other.IsSameAs(issuer)
        && string.Equals(other.Issuer.NormalForm, issuer.Subject.NormalForm, StringComparison.Ordinal);
}
