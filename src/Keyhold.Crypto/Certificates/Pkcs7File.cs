using System.Formats.Asn1;

namespace Keyhold.Crypto.Certificates;

/// <summary>
/// Takes the certificates out of a PKCS#7 file (.p7b; RFC 2315 section 9.1, RFC 5652 section 5.1, GM/T 0010 for SM2). Its
/// signatures, where it has any, say nothing about the certificates and are not looked at.
/// </summary>
internal static class Pkcs7File
{
    public const string SignedData = "1.2.840.113549.1.7.2";
    public const string Sm2SignedData = "1.2.156.10197.6.1.4.2.2";

    private static readonly Asn1Tag ContentTag = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag CertificatesTag = new(TagClass.ContextSpecific, 0, isConstructed: true);

    /// <exception cref="AsnContentException">It is no PKCS#7 file.</exception>
    public static IReadOnlyList<ReadOnlyMemory<byte>> ReadCertificates(ReadOnlyMemory<byte> file)
    {
        // BER: Windows and Java write lengths that are left open.
        var outer = new AsnReader(file, AsnEncodingRules.BER).ReadSequence();
        if (outer.ReadObjectIdentifier() is not (SignedData or Sm2SignedData))
        {
            throw new AsnContentException("It holds something else than signed data.");
        }
        var signedData = outer.ReadSequence(ContentTag).ReadSequence();
        signedData.ReadInteger();
        signedData.ReadSetOf(skipSortOrderValidation: true);
        signedData.ReadSequence();
        var certificates = new List<ReadOnlyMemory<byte>>();
        if (signedData.HasData && signedData.PeekTag().HasSameClassAndValue(CertificatesTag))
        {
            var set = signedData.ReadSetOf(skipSortOrderValidation: true, CertificatesTag);
            while (set.HasData)
            {
                // Other choices than a certificate are older forms that nobody uses (RFC 5652 section 10.2.2).
                var isCertificate = set.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence);
                var encoded = set.ReadEncodedValue();
                if (isCertificate)
                {
                    certificates.Add(encoded);
                }
            }
        }
        return certificates;
    }
}
