using System.Formats.Asn1;

namespace Keyhold.Crypto.Certificates;

/// <summary>
/// The critical extension nsCertType of Netscape, which came before extended key usage and which RFC 5280 does not know.
/// Its bits for CAs are kept where it is critical; those for purposes limit nothing here, like extended key usage.
/// </summary>
internal static class NetscapeRules
{
    /// <summary>The bits for issuing certificates of TLS, S/MIME and signed objects.</summary>
    private const byte AuthorityBits = 0x07;

    public static void Check(PathPlace place, CertificateExtension extension, List<Finding> findings)
    {
        byte bits;
        try
        {
            bits = Read(extension.Value);
        }
        catch (AsnContentException failure)
        {
            var fault = failure.Message.Split('.')[0];
            findings.Add(
                ExtensionFormRules.Malformed(
                    place,
                    new ExtensionFault("CriticalExtensionMalformed", extension, "nsCertType", fault)
                )
            );
            return;
        }
        findings.Add(
            place.Report(
                "NetscapeCertificateType",
                "has the critical extension nsCertType, which RFC 5280 does not know and many programs refuse",
                "Have it issued without: extended key usage took its place.",
                "nsCertType critical",
                "no nsCertType, or not critical"
            )
        );
        CheckBits(place, (bits & AuthorityBits) != 0, findings);
    }

    private static void CheckBits(PathPlace place, bool isForIssuing, List<Finding> findings)
    {
        if (!place.IsLeaf && !isForIssuing)
        {
            findings.Add(
                place.Report(
                    "MayNotIssue",
                    "may not issue certificates: its critical nsCertType has none of the bits for CAs",
                    "Use the CA's certificate that is meant for issuing.",
                    "nsCertType without a bit for CAs",
                    "SSL CA, S/MIME CA or object signing CA"
                )
            );
        }
        else if (place.IsLeaf && isForIssuing && !place.Certificate.IsAuthority)
        {
            findings.Add(
                place.Report(
                    "IssuingWithoutAuthority",
                    "has bits for CAs in its nsCertType but is not a CA",
                    "Ask the CA to correct its profile.",
                    "a bit for CAs",
                    "none, since it is not a CA"
                )
            );
        }
    }

    private static byte Read(ReadOnlyMemory<byte> der)
    {
        var reader = new AsnReader(der, AsnEncodingRules.DER);
        if (!reader.TryReadPrimitiveBitString(out _, out var bits) || bits.Length > 1)
        {
            throw new AsnContentException("It has more than eight bits.");
        }
        reader.ThrowIfNotEmpty();
        return bits.IsEmpty ? (byte)0 : bits.Span[0];
    }
}
