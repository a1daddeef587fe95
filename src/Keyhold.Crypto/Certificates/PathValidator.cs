using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace Keyhold.Crypto.Certificates;

/// <summary>
/// Checks the certificates of a path whose signatures are linked already: dates, keys and hashes, critical extensions,
/// and whether each CA may issue what stands below it (RFC 5280 section 6.1, as far as it goes without policies).
/// </summary>
internal sealed class PathValidator
{
    /// <summary>CAs date certificates by their own clock; one that is this little ahead is no mistake.</summary>
    private static readonly TimeSpan ClockGrace = TimeSpan.FromMinutes(5);

    private const int SmallestRsaBits = 2048;

    // What is evaluated, and what limits nothing here: policies and revocation are not this service's business.
    private static readonly HashSet<string> KnownExtensions = new(StringComparer.Ordinal)
    {
        CertificateIdentifiers.SubjectKeyIdentifier,
        CertificateIdentifiers.KeyUsage,
        CertificateIdentifiers.SubjectAlternativeName,
        CertificateIdentifiers.IssuerAlternativeName,
        CertificateIdentifiers.BasicConstraints,
        CertificateIdentifiers.NameConstraints,
        CertificateIdentifiers.CrlDistributionPoints,
        CertificateIdentifiers.CertificatePolicies,
        CertificateIdentifiers.PolicyMappings,
        CertificateIdentifiers.AuthorityKeyIdentifier,
        CertificateIdentifiers.PolicyConstraints,
        CertificateIdentifiers.ExtendedKeyUsage,
        CertificateIdentifiers.FreshestCrl,
        CertificateIdentifiers.InhibitAnyPolicy,
        CertificateIdentifiers.AuthorityInformationAccess,
    };

    private readonly DateTimeOffset now;

    /// <summary>Validity is inclusive at the second (RFC 5280 section 4.1.2.5), so the fraction of the clock does not count.</summary>
    public PathValidator(DateTimeOffset now) => this.now = now.AddTicks(-(now.UtcTicks % TimeSpan.TicksPerSecond));

    public bool IsInDate(Certificate certificate) => certificate.NotBefore <= now && now <= certificate.NotAfter;

    /// <param name="path">The certificate itself first.</param>
    /// <param name="isSelfSigned">Whether the last one verifies under its own key.</param>
    public IEnumerable<Finding> Validate(IReadOnlyList<Certificate> path, bool isSelfSigned)
    {
        for (var i = 0; i < path.Count; i++)
        {
            var context = new Context(path[i], i, IsRoot: isSelfSigned && i > 0 && i == path.Count - 1);
            foreach (var finding in CheckDates(context).Concat(CheckStrength(context)).Concat(CheckExtensions(context)))
            {
                yield return finding;
            }
            foreach (var finding in i > 0 ? CheckAuthority(context, path) : [])
            {
                yield return finding;
            }
        }
    }

    private IEnumerable<Finding> CheckDates(Context context)
    {
        var certificate = context.Certificate;
        if (now > certificate.NotAfter)
        {
            yield return context.Error(
                "Expired",
                $"{context.Name} expired at {Text(certificate.NotAfter)}, now is {Text(now)}",
                context.IsLeaf ? "Have the CA issue a new one for the CSR." : "Get the current certificate of this CA."
            );
        }
        else if (certificate.NotBefore - now > ClockGrace)
        {
            yield return context.Error(
                "NotYetValid",
                $"{context.Name} is valid only from {Text(certificate.NotBefore)}, now is {Text(now)}",
                "Wait until then, or check the clocks of the CA and of this server."
            );
        }
        else if (certificate.NotBefore > now)
        {
            yield return context.Warning(
                "NotYetValid",
                $"{context.Name} is valid only from {Text(certificate.NotBefore)}, now is {Text(now)}",
                "Tolerated up to 5 minutes: check the clocks of the CA and of this server."
            );
        }
    }

    private static IEnumerable<Finding> CheckStrength(Context context)
    {
        var key = context.Certificate.Key;
        if (key.Kind == CertificateKey.KeyKind.Unsupported)
        {
            yield return context.Error(
                "UnsupportedKey",
                $"{context.Name} holds {key.Name}, which is not supported",
                "Supported are RSA, EC on P-256, P-384 and P-521 given by name, Ed25519 and SM2."
            );
        }
        else if (key.Kind == CertificateKey.KeyKind.Rsa && key.Bits < SmallestRsaBits)
        {
            yield return context.Error(
                "WeakKey",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{context.Name} holds an RSA key of {key.Bits} bits, at least {SmallestRsaBits} are needed"
                ),
                "Use a CA with stronger keys."
            );
        }
        var hash = CertificateSignature.BrokenHashOf(context.Certificate);
        // Nobody relies on the signature of a root: it is believed because somebody chose to.
        if (hash is not null && !(context.IsRoot && hash is "SHA-1"))
        {
            yield return context.Error(
                "WeakSignature",
                $"{context.Name} is signed with {hash}, for which collisions can be made",
                "Have it issued with SHA-256 or better, or with SM3."
            );
        }
    }

    private static IEnumerable<Finding> CheckExtensions(Context context)
    {
        foreach (var extension in context.Certificate.Extensions)
        {
            if (extension.Oid is CertificateIdentifiers.PrecertificatePoison)
            {
                yield return context.Error(
                    "Precertificate",
                    $"{context.Name} is a precertificate, made for transparency logs only",
                    "Get the certificate itself from the CA."
                );
            }
            else if (extension.IsCritical && !KnownExtensions.Contains(extension.Oid))
            {
                yield return context.Error(
                    "UnknownCriticalExtension",
                    $"{context.Name} has the critical extension {MessageText.Excerpt(extension.Oid)}, which is not known here",
                    "Have it issued without, or with the extension not critical."
                );
            }
            else if (extension.Oid is CertificateIdentifiers.NameConstraints && !context.IsLeaf)
            {
                yield return context.Warning(
                    "NameConstraintsNotChecked",
                    $"{context.Name} limits the names below it, which is not checked here",
                    "Check that the names of the certificate are among those that it permits."
                );
            }
        }
    }

    /// <summary>RFC 5280 section 6.1.4 (k) to (n).</summary>
    private static IEnumerable<Finding> CheckAuthority(Context context, IReadOnlyList<Certificate> path)
    {
        var certificate = context.Certificate;
        if (certificate.BasicConstraints is null && context.IsRoot)
        {
            yield return context.Warning(
                "NoBasicConstraints",
                $"{context.Name} is a root without basicConstraints",
                "Nothing to do: old roots lack them, but others may refuse it."
            );
        }
        else if (!certificate.IsAuthority)
        {
            yield return context.Error(
                "NotAnAuthority",
                $"{context.Name} is not a CA (basicConstraints {(certificate.BasicConstraints is null ? "is missing" : "says so")}) but issued a certificate",
                "Check where the certificate below it comes from: only a CA may issue certificates."
            );
        }
        if (certificate.KeyUsage is { } usage && !usage.HasFlag(X509KeyUsageFlags.KeyCertSign))
        {
            yield return context.Error(
                "MayNotIssue",
                $"{context.Name} may not issue certificates: its key usage ({usage}) lacks KeyCertSign",
                "Use the CA's certificate that is meant for issuing."
            );
        }
        var below = path.Take(context.Index).Skip(1).Count(intermediate => !intermediate.IsSelfIssued);
        if (certificate.BasicConstraints?.PathLength is { } limit && below > limit)
        {
            yield return context.Error(
                "PathTooLong",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{context.Name} allows {limit} CAs below it, found {below}"
                ),
                "Have the certificate issued by a CA that is nearer to it."
            );
        }
    }

    private static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>One certificate at its place in the path.</summary>
    private sealed record Context(Certificate Certificate, int Index, bool IsRoot)
    {
        public bool IsLeaf => Index == 0;

        public string Name => IsLeaf ? "the certificate" : $"the certificate of {Certificate.Subject.Shown}";

        public Finding Error(string code, string reason, string remedy) =>
            Make(code, FindingSeverity.Error, reason, remedy);

        public Finding Warning(string code, string reason, string remedy) =>
            Make(code, FindingSeverity.Warning, reason, remedy);

        private Finding Make(string code, FindingSeverity severity, string reason, string remedy) =>
            new(code, severity, IsLeaf ? "Certificate" : "CertificateChain", Certificate.Subject.Shown, reason, remedy);
    }
}
