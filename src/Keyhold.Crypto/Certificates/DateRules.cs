using System.Globalization;

namespace Keyhold.Crypto.Certificates;

/// <summary>Whether a certificate is in date now, both ends included, at the second (RFC 5280 section 4.1.2.5).</summary>
internal sealed class DateRules
{
    /// <summary>CAs date certificates by their own clock; one that is this little ahead is no mistake.</summary>
    private static readonly TimeSpan ClockGrace = TimeSpan.FromMinutes(5);

    private readonly DateTimeOffset now;

    /// <summary>The fraction of the clock does not count, since certificates know none.</summary>
    public DateRules(DateTimeOffset now) => this.now = now.AddTicks(-(now.UtcTicks % TimeSpan.TicksPerSecond));

    public bool IsInDate(Certificate certificate) => certificate.NotBefore <= now && now <= certificate.NotAfter;

    public void Check(PathPlace place, List<Finding> findings)
    {
        var certificate = place.Certificate;
        if (now > certificate.NotAfter)
        {
            findings.Add(
                place.Report(
                    "Expired",
                    $"expired at {Text(certificate.NotAfter)}, now is {Text(now)}",
                    place.IsLeaf
                        ? "Have the CA issue a new one for the CSR."
                        : "Get the current certificate of this CA.",
                    $"NotAfter {Text(certificate.NotAfter)}",
                    $"not before {Text(now)}"
                )
            );
        }
        else if (certificate.NotBefore > now)
        {
            var isSoon = certificate.NotBefore - now <= ClockGrace;
            findings.Add(
                place.Report(
                    isSoon ? "ValidSoon" : "NotYetValid",
                    $"is valid only from {Text(certificate.NotBefore)}, now is {Text(now)}",
                    isSoon
                        ? "It is within 5 minutes: wait, or check the clocks of the CA and of this server."
                        : "Wait until then, or check the clocks of the CA and of this server.",
                    $"NotBefore {Text(certificate.NotBefore)}",
                    $"not after {Text(now)}"
                )
            );
        }
    }

    private static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
