using System.Globalization;

namespace Keyhold.Crypto.Certificates;

/// <summary>Certificates in the chain that the path does not need: dropped, and named so that a mistake shows.</summary>
internal static class Strangers
{
    /// <summary>Enough to see what was mixed up; a pasted trust store would otherwise give a warning per root.</summary>
    private const int MaximumNamed = 10;

    public static IEnumerable<Finding> In(IReadOnlyList<Certificate> chain, IReadOnlyList<Certificate> path)
    {
        var strangers = chain.Where(certificate => !path.Any(certificate.IsSameAs)).ToArray();
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
