using System.Globalization;

namespace Keyhold.Crypto.Certificates;

/// <summary>Certificates in the chain that the path does not need: dropped, and named so that a mistake shows.</summary>
internal static class Strangers
{
    /// <summary>Enough to see what was mixed up; a pasted trust store would otherwise give a warning per root.</summary>
    private const int MaximumNamed = 10;

    /// <summary>A certificate that may be the issuer, though it cannot be checked, is none.</summary>
    public static Certificate[] Among(IReadOnlyList<Certificate> chain, CertificatePath path) =>
        [.. chain.Where(one => !path.Certificates.Any(one.IsSameAs) && !path.Unchecked.Any(one.IsSameAs))];

    public static IEnumerable<Finding> In(IReadOnlyList<Certificate> chain, CertificatePath path)
    {
        var strangers = Among(chain, path);
        foreach (var stranger in strangers.Take(MaximumNamed))
        {
            yield return Finding.About(
                stranger,
                "NotNeeded",
                "CertificateChain",
                $"the certificate of {stranger.Subject.Shown} does not belong to the path",
                "Left out of what is stored."
            );
        }
        if (strangers.Length > MaximumNamed)
        {
            var count = (strangers.Length - MaximumNamed).ToString(CultureInfo.InvariantCulture);
            yield return new Finding(
                "NotNeeded",
                FindingSeverity.Warning,
                "CertificateChain",
                null,
                $"{count} more certificates do not belong to the path",
                "Left out of what is stored."
            );
        }
    }
}
