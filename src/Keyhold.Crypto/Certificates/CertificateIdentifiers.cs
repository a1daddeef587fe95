namespace Keyhold.Crypto.Certificates;

/// <summary>The object identifiers of what certificates and requests carry besides keys and signatures (RFC 5280, RFC 2986).</summary>
internal static class CertificateIdentifiers
{
    public const string SubjectKeyIdentifier = "2.5.29.14";
    public const string KeyUsage = "2.5.29.15";
    public const string SubjectAlternativeName = "2.5.29.17";
    public const string IssuerAlternativeName = "2.5.29.18";
    public const string BasicConstraints = "2.5.29.19";
    public const string NameConstraints = "2.5.29.30";
    public const string CrlDistributionPoints = "2.5.29.31";
    public const string CertificatePolicies = "2.5.29.32";
    public const string PolicyMappings = "2.5.29.33";
    public const string AuthorityKeyIdentifier = "2.5.29.35";
    public const string PolicyConstraints = "2.5.29.36";
    public const string ExtendedKeyUsage = "2.5.29.37";
    public const string FreshestCrl = "2.5.29.46";
    public const string InhibitAnyPolicy = "2.5.29.54";
    public const string AuthorityInformationAccess = "1.3.6.1.5.5.7.1.1";
    public const string SubjectInformationAccess = "1.3.6.1.5.5.7.1.11";
    public const string AnyPolicy = "2.5.29.32.0";

    /// <summary>Netscape's; RFC 2459 and its successors leave it out.</summary>
    public const string NetscapeCertificateType = "2.16.840.1.113730.1.1";

    /// <summary>RFC 6960 section 4.2.2.2.1: says of an OCSP responder that it is not to be asked about.</summary>
    public const string OcspNoCheck = "1.3.6.1.5.5.7.48.1.5";

    public const string CaIssuers = "1.3.6.1.5.5.7.48.2";

    /// <summary>RFC 6962 section 3.1: the critical extension that keeps a precertificate from being used.</summary>
    public const string PrecertificatePoison = "1.3.6.1.4.1.11129.2.4.3";

    /// <summary>RFC 2985 section 5.4.2: the attribute of a request that holds the wanted extensions.</summary>
    public const string ExtensionRequest = "1.2.840.113549.1.9.14";
}
