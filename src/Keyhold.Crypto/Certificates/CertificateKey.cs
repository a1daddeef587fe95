using System.Formats.Asn1;
using System.Globalization;
using Keyhold.Crypto.Keys;

namespace Keyhold.Crypto.Certificates;

/// <summary>
/// What kind of key a certificate holds, whatever it is: a kind that cannot be used is a finding, not an error of form.
/// </summary>
internal sealed record CertificateKey(CertificateKey.KeyKind Kind, int Bits, string Name, string Identity)
{
    internal enum KeyKind
    {
        Rsa,
        NistCurve,
        Sm2,
        Ed25519,
        Unsupported,
    }

    /// <summary>False for what is no key at all, or one that anybody could use.</summary>
    public bool IsWellFormed { get; init; } = true;

    /// <summary>Whether both are the same key; how its encoding spells the parameters does not count.</summary>
    public bool IsSameAs(CertificateKey other) => string.Equals(Identity, other.Identity, StringComparison.Ordinal);

    public static CertificateKey Inspect(ReadOnlyMemory<byte> subjectPublicKeyInfo)
    {
        try
        {
            return Inspect(SubjectPublicKeyInfoDer.Read(subjectPublicKeyInfo.Span), subjectPublicKeyInfo.Span);
        }
        catch (Exception failure) when (failure is KeyFormatException or AsnContentException)
        {
            return new CertificateKey(
                KeyKind.Unsupported,
                0,
                "a malformed key",
                Convert.ToHexString(subjectPublicKeyInfo.Span)
            )
            {
                IsWellFormed = false,
            };
        }
    }

    private static CertificateKey Inspect(SubjectPublicKeyInfoDer info, ReadOnlySpan<byte> encoded)
    {
        switch (info.Algorithm)
        {
            case ObjectIdentifiers.RsaEncryption or ObjectIdentifiers.RsaPss:
                var rsa = RsaPublicKeyDer.Read(info.Key);
                return new CertificateKey(
                    KeyKind.Rsa,
                    rsa.Bits,
                    "RSA " + rsa.Bits.ToString(CultureInfo.InvariantCulture),
                    $"RSA {Convert.ToHexString(rsa.Modulus)} {Convert.ToHexString(rsa.Exponent)}"
                )
                {
                    IsWellFormed = rsa.HasUsableExponent,
                };
            case ObjectIdentifiers.EcPublicKey:
                var (kind, bits, name) = info.Curve switch
                {
                    ObjectIdentifiers.P256 => (KeyKind.NistCurve, 256, "EC P-256"),
                    ObjectIdentifiers.P384 => (KeyKind.NistCurve, 384, "EC P-384"),
                    ObjectIdentifiers.P521 => (KeyKind.NistCurve, 521, "EC P-521"),
                    ObjectIdentifiers.Sm2Curve => (KeyKind.Sm2, 256, "SM2"),
                    null => (KeyKind.Unsupported, 0, "EC on a curve that is not given by name"),
                    _ => (KeyKind.Unsupported, 0, "EC on the curve " + MessageText.Excerpt(info.Curve)),
                };
                return new CertificateKey(kind, bits, name, $"{info.Curve} {Convert.ToHexString(info.Key)}")
                {
                    // Parameters instead of a name can be made so that they fit a foreign key (CVE-2020-0601).
                    IsWellFormed = info.Curve is not null,
                };
            case ObjectIdentifiers.Ed25519:
                return new CertificateKey(KeyKind.Ed25519, 256, "Ed25519", "Ed25519 " + Convert.ToHexString(info.Key));
            default:
                return new CertificateKey(
                    KeyKind.Unsupported,
                    0,
                    "a key of the kind " + MessageText.Excerpt(info.Algorithm),
                    Convert.ToHexString(encoded)
                );
        }
    }
}
