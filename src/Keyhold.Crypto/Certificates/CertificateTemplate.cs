using System.Security.Cryptography.X509Certificates;

namespace Keyhold.Crypto.Certificates;

/// <summary>
/// What a <see cref="TestAuthority"/> is about to put into a certificate, open to change: good certificates come out as
/// it stands, and deliberately bad ones by changing it.
/// </summary>
public sealed class CertificateTemplate
{
    public required DistinguishedName Subject { get; set; }

    /// <summary>The authority's own name unless changed.</summary>
    public required DistinguishedName Issuer { get; set; }

    /// <summary>The SubjectPublicKeyInfo that is certified.</summary>
    public required ReadOnlyMemory<byte> PublicKey { get; set; }

    /// <summary>The serial number, big-endian, as it is to be encoded.</summary>
    public required ReadOnlyMemory<byte> Serial { get; set; }

    public required DateTimeOffset NotBefore { get; set; }

    public required DateTimeOffset NotAfter { get; set; }

    /// <summary>1 has no extensions whatever the rest says; 3 is usual.</summary>
    public int Version { get; set; } = 3;

    /// <summary>What basicConstraints says; null leaves the extension out.</summary>
    public bool? IsAuthority { get; set; }

    public int? PathLength { get; set; }

    /// <summary>Null leaves the extension out.</summary>
    public X509KeyUsageFlags? KeyUsage { get; set; }

    /// <summary>Object identifiers; none leaves the extension out.</summary>
    public IList<string> ExtendedKeyUsages { get; } = [];

    /// <summary>DNS names and IP address literals; none leaves the extension out.</summary>
    public IList<string> SubjectAlternativeNames { get; } = [];

    /// <summary>Null leaves the extension out.</summary>
    public ReadOnlyMemory<byte>? SubjectKeyIdentifier { get; set; }

    /// <summary>Null leaves the extension out.</summary>
    public ReadOnlyMemory<byte>? AuthorityKeyIdentifier { get; set; }

    /// <summary>Where the issuer's certificate is said to be found; null leaves the extension out.</summary>
    public string? IssuerUrl { get; set; }

    public IList<CertificateExtension> ExtraExtensions { get; } = [];

    /// <summary>Another hash than SHA-256 to sign with: SHA1, SHA384 or SHA512. Not with SM2, which goes with SM3 only.</summary>
    public string? HashName { get; set; }
}
