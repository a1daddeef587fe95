using Keyhold.Crypto.Algorithms;

namespace Keyhold.Crypto.Certificates;

/// <summary>
/// What it means where a path ends. The issuer of the certificate must be there once a chain is sent; above it only the
/// root may be missing; a self-signed top is what a path should end in.
/// </summary>
internal static class PathEndings
{
    private const string Leaf = "Certificate";
    private const string Chain = "CertificateChain";
    private const string SupportedAlgorithms =
        "RSA PKCS#1 and ECDSA with SHA-256, SHA-384 or SHA-512; RSA-PSS with SHA-256, SHA-384 or SHA-512 and the same hash in MGF1; Ed25519; SM2 with SM3";

    public static IEnumerable<Finding> Judge(
        CertificatePath path,
        bool hasChain,
        IReadOnlyList<Certificate> sent,
        TrustAnchors anchors
    )
    {
        var top = path.Top;
        var isLeaf = path.Certificates.Count == 1;
        if (path.End == CertificatePath.Ending.SelfSigned && !anchors.IsNone)
        {
            yield return NotAnchored(top, isLeaf, $"ends at the root {top.Subject.Shown}, which is not a trust anchor");
        }
        switch (path.End)
        {
            case CertificatePath.Ending.SelfSigned or CertificatePath.Ending.Anchored when isLeaf && top.IsSelfIssued:
                yield return Finding.About(
                    top,
                    "SelfSigned",
                    Leaf,
                    "it is self-signed, not issued by a CA",
                    "If a CA was to sign the CSR, upload the certificate that it gave."
                );
                break;
            case CertificatePath.Ending.SelfSigned or CertificatePath.Ending.Anchored:
                break;
            case CertificatePath.Ending.NoKeyVerifies when top.IsSelfIssued:
                yield return SelfSignatureBad(top, isLeaf);
                break;
            case CertificatePath.Ending.NoKeyVerifies:
                yield return NoKeyVerifies(top, isLeaf);
                break;
            case CertificatePath.Ending.UnsupportedAlgorithm when CertificateSignature.BrokenHashOf(top) is not null:
                // The broken hash is the telling reason, and the validator names it.
                break;
            case CertificatePath.Ending.UnsupportedAlgorithm:
                yield return UnsupportedAlgorithm(top, isLeaf);
                break;
            case CertificatePath.Ending.UnsupportedKey when top.IsSelfIssued && path.Unchecked.Count == 0 && !isLeaf:
                // The validator names the key of a CA.
                break;
            case CertificatePath.Ending.UnsupportedKey:
                yield return UnsupportedKey(top, path.Unchecked.Count == 0 ? top : path.Unchecked[0], isLeaf);
                break;
            case CertificatePath.Ending.IssuerAbsent when hasChain && isLeaf:
                yield return IssuerMissing(top, sent);
                break;
            case CertificatePath.Ending.IssuerAbsent when !anchors.IsNone:
                yield return NotAnchored(
                    top,
                    isLeaf,
                    $"ends at {top.Subject.Shown}, whose issuer {top.Issuer.Shown} is neither given nor a trust anchor"
                );
                break;
            case CertificatePath.Ending.IssuerAbsent when !isLeaf:
                yield return Finding.About(
                    top,
                    "RootMissing",
                    Chain,
                    $"it ends at {top.Subject.Shown}, without the root {top.Issuer.Shown}",
                    $"Add the root's certificate to have the whole path checked{WhereToGet(top)}."
                );
                break;
            default:
                yield return Finding.About(
                    top,
                    "ChainAbsent",
                    Chain,
                    $"it is absent, so the signature of the issuer {top.Issuer.Shown} was not checked",
                    $"Upload again with the CA's certificates in CertificateChain{WhereToGet(top)}."
                );
                break;
        }
    }

    public static Finding TooComplex(Certificate leaf) =>
        Finding.About(
            leaf,
            "TooComplex",
            Chain,
            "the certificates in it are linked in too many ways, or in too long a path, to check them all",
            "Send only the certificates between this one and its root."
        );

    private static Finding IssuerMissing(Certificate leaf, IReadOnlyList<Certificate> sent)
    {
        var found =
            sent.Count == 0
                ? "found no CA certificate"
                : $"found {string.Join(" | ", sent.Take(3).Select(c => c.Subject.Shown))}";
        return Finding.About(
            leaf,
            "IssuerMissing",
            Chain,
            $"the certificate of the issuer is missing: {leaf.Issuer.Shown} issued the certificate, {found}",
            $"Add the certificate of {NameOf(leaf.Issuer)}{WhereToGet(leaf)}.",
            found,
            leaf.Issuer.Shown
        );
    }

    private static Finding NotAnchored(Certificate top, bool isLeaf, string where) =>
        Finding.About(
            top,
            "NotAnchored",
            isLeaf ? Leaf : Chain,
            "the path " + where,
            $"Add the certificates between it and a root that is trusted here, or have that root made a trust anchor{WhereToGet(top)}.",
            top.Subject.Shown,
            "a path that ends in a configured trust anchor"
        );

    private static Finding NoKeyVerifies(Certificate top, bool isLeaf) =>
        Finding.About(
            top,
            "SignatureInvalid",
            Chain,
            $"the signature on the certificate of {top.Subject.Shown} does not verify with the key of any certificate named {top.Issuer.Shown}: "
                + "that is another CA of the same name or an older key of it, or the signed certificate was changed",
            $"Use the certificate of the CA that signed {(isLeaf ? "this certificate" : "it")}{WhereToGet(top)}."
        );

    private static Finding SelfSignatureBad(Certificate top, bool isLeaf) =>
        Finding.About(
            top,
            "SignatureInvalid",
            isLeaf ? Leaf : Chain,
            $"the certificate of {top.Subject.Shown} names itself as its issuer, but its signature does not verify with its own key",
            "Get it anew from the CA: it was changed, or is not the certificate it looks like."
        );

    private static Finding UnsupportedAlgorithm(Certificate top, bool isLeaf)
    {
        var obstacle = MessageText.Excerpt(X509SignatureObstacle.Describe(top.SignatureAlgorithm.Span));
        return Finding.About(
            top,
            "UnsupportedAlgorithm",
            isLeaf ? Leaf : Chain,
            $"the certificate of {top.Subject.Shown} is signed with {obstacle}, which is not supported, so its issuer {top.Issuer.Shown} cannot be checked",
            $"Have it issued with one of these: {SupportedAlgorithms}.",
            obstacle,
            SupportedAlgorithms
        );
    }

    private static Finding UnsupportedKey(Certificate top, Certificate issuer, bool isLeaf) =>
        Finding.About(
            issuer,
            "UnsupportedKey",
            isLeaf && issuer.IsSameAs(top) ? Leaf : Chain,
            $"the signature on the certificate of {top.Subject.Shown} cannot be checked: the certificate of its issuer {issuer.Subject.Shown} holds {issuer.Key.Name}, which is not supported",
            "Use a CA with one of these keys: RSA, EC on P-256, P-384 and P-521 given by name, Ed25519 and SM2.",
            issuer.Key.Name,
            "RSA, EC P-256, EC P-384, EC P-521, Ed25519 or SM2"
        );

    private static string NameOf(DistinguishedName name) =>
        MessageText.Excerpt(
            name.CommonName is { } commonName ? $"CN={NameAttribute.Escape(commonName)}" : name.ToString()
        );

    /// <summary>Only shown: nothing is fetched, since the address comes from whoever made the certificate.</summary>
    private static string WhereToGet(Certificate certificate) =>
        certificate.IssuerUrls.FirstOrDefault(IsPlain) is { } url ? $" (the certificate's AIA says {url})" : "";

    private static bool IsPlain(string url) =>
        url.Length <= 200
        && url.StartsWith("http", StringComparison.OrdinalIgnoreCase)
        && !url.Any(c => char.IsControl(c) || c == ' ');
}
