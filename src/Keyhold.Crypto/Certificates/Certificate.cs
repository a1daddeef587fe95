using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Keyhold.Crypto.Algorithms;

namespace Keyhold.Crypto.Certificates;

/// <summary>
/// One X.509 certificate, parsed and unchanged (RFC 5280 section 4). Parsing judges the form only: whether to believe
/// the certificate is the part of <see cref="CertificateJudge"/>.
/// </summary>
public sealed class Certificate
{
    private readonly Lazy<byte[]> sha256Fingerprint;
    private readonly Lazy<CertificateKey> key;
    private readonly Lazy<GeneralName?> invalidAlternativeName;
    private readonly Lazy<IReadOnlyList<ExtensionFault>> extensionFaults;

    internal Certificate(ReadOnlyMemory<byte> der)
    {
        Der = der;
        sha256Fingerprint = new Lazy<byte[]>(() => SHA256.HashData(Der.Span));
        invalidAlternativeName = new Lazy<GeneralName?>(() =>
            AlternativeNames.FirstOrDefault(name => !name.IsWellWritten)
        );
        extensionFaults = new Lazy<IReadOnlyList<ExtensionFault>>(() => ExtensionForms.FaultsOf(this));
        key = new Lazy<CertificateKey>(() => CertificateKey.Inspect(SubjectPublicKeyInfo));
    }

    /// <summary>Takes certificates of the same bytes for one.</summary>
    internal static IEqualityComparer<Certificate> SameBytes { get; } = new BytesComparer();

    public ReadOnlyMemory<byte> Der { get; }

    /// <summary>PEM with LF and 64 columns, ending with a line break.</summary>
    public string Pem => PemEncoding.WriteString("CERTIFICATE", Der.Span) + "\n";

    public required DistinguishedName Subject { get; init; }

    public required DistinguishedName Issuer { get; init; }

    /// <summary>The serial number in upper-case hexadecimal of even length, without a sign byte.</summary>
    public required string SerialHex { get; init; }

    public required DateTimeOffset NotBefore { get; init; }

    public required DateTimeOffset NotAfter { get; init; }

    public required ReadOnlyMemory<byte> SubjectPublicKeyInfo { get; init; }

    /// <summary>The texts of its DNS, IP address, e-mail and URI names.</summary>
    public IReadOnlyList<string> SubjectAlternativeNames =>
        [.. AlternativeNames.Select(name => name.Text).OfType<string>()];

    public byte[]? SubjectKeyIdentifier { get; init; }

    public byte[] Sha256Fingerprint => [.. sha256Fingerprint.Value];

    /// <summary>Whether subject and issuer are the same name; its signature may still be another key's.</summary>
    public bool IsSelfIssued => Subject.IsSameAs(Issuer);

    /// <summary>Whether it says of itself that it is a certification authority.</summary>
    public bool IsAuthority => BasicConstraints is { IsAuthority: true };

    /// <summary>Whether its key usage, if it states one, includes a way to encrypt to its key (RFC 5280 section 4.2.1.3).</summary>
    public bool IsForEncryption =>
        KeyUsage is not { } usage
        || (
            usage
            & (X509KeyUsageFlags.KeyEncipherment | X509KeyUsageFlags.DataEncipherment | X509KeyUsageFlags.KeyAgreement)
        ) != X509KeyUsageFlags.None;

    /// <summary>Where its issuer's certificate can be fetched, as it says (RFC 5280 section 4.2.2.1).</summary>
    public IReadOnlyList<string> IssuerUrls { get; init; } = [];

    /// <summary>The object identifiers of extendedKeyUsage (RFC 5280 section 4.2.1.12); empty without the extension.</summary>
    public IReadOnlyList<string> ExtendedKeyUsages { get; init; } = [];

    /// <summary>1 to 3, as written for people; the encoding counts from 0.</summary>
    internal int Version { get; init; }

    /// <summary>The serial number as it is encoded, with its sign.</summary>
    internal ReadOnlyMemory<byte> Serial { get; init; }

    internal ReadOnlyMemory<byte> ToBeSigned { get; init; }

    internal ReadOnlyMemory<byte> SignatureAlgorithm { get; init; }

    internal ReadOnlyMemory<byte> Signature { get; init; }

    internal IReadOnlyList<CertificateExtension> Extensions { get; init; } = [];

    internal IReadOnlyList<GeneralName> AlternativeNames { get; init; } = [];

    /// <summary>The first alternative name that is not written as it should be; found once, since there may be thousands.</summary>
    internal GeneralName? InvalidAlternativeName => invalidAlternativeName.Value;

    /// <summary>What is wrong with extensions that parsing passes over; found once, since a search meets the certificate often.</summary>
    internal IReadOnlyList<ExtensionFault> ExtensionFaults => extensionFaults.Value;

    internal BasicConstraintsExtension? BasicConstraints { get; init; }

    internal X509KeyUsageFlags? KeyUsage { get; init; }

    internal byte[]? AuthorityKeyIdentifier { get; init; }

    internal CertificateKey Key => key.Value;

    /// <summary>Reads one DER certificate that fills the bytes.</summary>
    /// <exception cref="CertificateFormatException">It is none; names the part that is wrong.</exception>
    public static Certificate Parse(ReadOnlyMemory<byte> der) => CertificateParser.Parse(der);

    /// <summary>
    /// Names how it was signed, by its issuer's key: RSA2048-SHA256, ECDSA-SHA256, SM2-SM3. Without the issuer the size
    /// of an RSA key shows in the length of the signature.
    /// </summary>
    public string SignatureAlgorithmName(Certificate? issuer) =>
        CertificateSignature.NameOf(SignatureAlgorithm, issuer?.SubjectPublicKeyInfo, Signature.Length);

    internal CertificateExtension? Extension(string oid)
    {
        foreach (var extension in Extensions)
        {
            if (string.Equals(extension.Oid, oid, StringComparison.Ordinal))
            {
                return extension;
            }
        }
        return null;
    }

    internal bool IsCritical(string oid) => Extension(oid) is { IsCritical: true };

    internal bool IsSameAs(Certificate other) => Der.Span.SequenceEqual(other.Der.Span);

    public override string ToString() => $"{Subject} (serial {SerialHex})";

    /// <summary>RFC 5280 section 4.2.1.9.</summary>
    internal sealed record BasicConstraintsExtension(bool IsAuthority, int? PathLength);

    private sealed class BytesComparer : IEqualityComparer<Certificate>
    {
        public bool Equals(Certificate? one, Certificate? other) =>
            one is not null && other is not null ? one.IsSameAs(other) : ReferenceEquals(one, other);

        /// <summary>The end of a certificate is its signature, and so as good as random.</summary>
        public int GetHashCode(Certificate certificate)
        {
            var hash = new HashCode();
            hash.AddBytes(certificate.Der.Span[^Math.Min(32, certificate.Der.Length)..]);
            return hash.ToHashCode();
        }
    }
}
