namespace Keyhold.Crypto.Certificates;

/// <summary>One extension as it stands in a certificate (RFC 5280 section 4.2): its value is the DER inside the octet string.</summary>
public sealed record CertificateExtension(string Oid, bool IsCritical, ReadOnlyMemory<byte> Value);
