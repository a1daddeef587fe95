using System.Formats.Asn1;

namespace Keyhold.Crypto.Certificates;

/// <summary>Names what stands where a certificate should: by its PEM label, or by what its bytes are.</summary>
internal static class ForeignContent
{
    public static bool IsPkcs7(string label) => label is "PKCS7" or "CMS" or "PKCS #7 SIGNED DATA";

    public static PemProblem OfLabel(string label, string where)
    {
        if (label.EndsWith("PRIVATE KEY", StringComparison.Ordinal))
        {
            return PrivateKey($"found a PRIVATE KEY block {where}");
        }
        return label switch
        {
            "CERTIFICATE REQUEST" or "NEW CERTIFICATE REQUEST" => Request(where),
            "PUBLIC KEY" or "RSA PUBLIC KEY" => PublicKey(where),
            "X509 CRL" => RevocationList(where),
            _ => Foreign($"found a PEM block {where} that is no certificate"),
        };
    }

    /// <summary>Null for certificates, and for what is not known: parsing it says more.</summary>
    public static PemProblem? OfKind(DerContent.Kind kind, string where) =>
        kind switch
        {
            DerContent.Kind.PrivateKey => PrivateKey($"found a private key {where}"),
            DerContent.Kind.Request => Request(where),
            DerContent.Kind.PublicKey => PublicKey(where),
            DerContent.Kind.RevocationList => RevocationList(where),
            DerContent.Kind.Pkcs12 => Foreign($"found a PKCS#12 file {where}, which is locked with a passphrase"),
            _ => null,
        };

    /// <summary>The certificates of a PKCS#7 file; a problem when there are none.</summary>
    public static PemProblem? ReadPkcs7(ReadOnlyMemory<byte> file, int line, string where, List<PemBlock> certificates)
    {
        try
        {
            var found = Pkcs7File.ReadCertificates(file);
            certificates.AddRange(found.Select(der => new PemBlock("CERTIFICATE", der, line)));
            return found.Count > 0 ? null : Pkcs7("holds no certificate");
        }
        catch (AsnContentException failure)
        {
            return Pkcs7($"cannot be read: {failure.Message.TrimEnd('.')}");
        }

        PemProblem Pkcs7(string fault) =>
            new(
                "Pkcs7Unreadable",
                IsFatal: true,
                $"the PKCS#7 file {where} {fault}",
                "Export the certificates again, with their chain, or send them as PEM."
            );
    }

    private static PemProblem PrivateKey(string reason) =>
        new(
            "PrivateKeyFound",
            IsFatal: true,
            reason,
            "Send certificates only. The key belongs nowhere here: it has now left its place, so replace it if it is in use."
        );

    private static PemProblem Request(string where) =>
        new(
            "RequestFound",
            IsFatal: false,
            $"found a certificate request (CSR) {where}, which is what goes to the CA",
            "Send the certificate that the CA made from it."
        );

    private static PemProblem PublicKey(string where) =>
        new(
            "PublicKeyFound",
            IsFatal: false,
            $"found a public key {where}",
            "Send the certificate that the CA issued for it."
        );

    private static PemProblem RevocationList(string where) =>
        new(
            "RevocationListFound",
            IsFatal: false,
            $"found a certificate revocation list {where}",
            "Send certificates only."
        );

    private static PemProblem Foreign(string reason) =>
        new(
            "ForeignBlock",
            IsFatal: false,
            reason,
            "Send certificates only: blocks that begin with -----BEGIN CERTIFICATE-----."
        );
}
