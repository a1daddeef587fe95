using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Keyhold.Crypto.Certificates;

/// <summary>
/// The certificates that a path must end in, roots or not. Made once and shared between judgements; none at all means
/// that the end of a path is not judged.
/// </summary>
public sealed class TrustAnchors
{
    private readonly HashSet<Certificate> members;
    private readonly ILookup<string, Certificate> byName;

    private TrustAnchors(IEnumerable<Certificate> certificates)
    {
        members = new HashSet<Certificate>(certificates, Certificate.SameBytes);
        byName = members.ToLookup(anchor => anchor.Subject.NormalForm, StringComparer.Ordinal);
        Certificates = [.. members];
    }

    /// <summary>Any root will do, and a missing one is only a warning.</summary>
    public static TrustAnchors None { get; } = new([]);

    public bool IsNone => Certificates.Count == 0;

    public IReadOnlyList<Certificate> Certificates { get; }

    internal bool Contains(Certificate certificate) => !IsNone && members.Contains(certificate);

    internal IEnumerable<Certificate> Named(DistinguishedName name) => IsNone ? [] : byName[name.NormalForm];

    /// <summary>Reads whatever a CertificateChain may hold; each certificate in it becomes an anchor.</summary>
    /// <exception cref="TrustAnchorException">Something in the text cannot be read, or there is no certificate in it.</exception>
    public static TrustAnchors FromPem(string pem)
    {
        var findings = new List<Finding>();
        var certificates = SubmissionReader.ReadChain([pem], findings);
        var error = findings.Find(finding => finding.Severity == FindingSeverity.Error);
        if (error is not null)
        {
            throw new TrustAnchorException(error.Reason, error.Remedy);
        }
        return certificates is { Count: > 0 }
            ? new TrustAnchors(certificates)
            : throw new TrustAnchorException(
                "the text of trust anchors holds no certificate",
                "Give the PEM of the roots in which paths are to end."
            );
    }

    /// <summary>The roots that this machine trusts, as its system keeps them.</summary>
    /// <exception cref="TrustAnchorException">The machine has no root, or its store cannot be opened.</exception>
    public static TrustAnchors System()
    {
        var roots = new List<Certificate>();
        try
        {
            using var store = new X509Store(StoreName.Root, StoreLocation.LocalMachine);
            store.Open(OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
            foreach (var root in store.Certificates)
            {
                using (root)
                {
                    AddReadable(roots, root.RawData);
                }
            }
        }
        catch (CryptographicException failure)
        {
            throw new TrustAnchorException(
                $"this machine's store of roots cannot be opened ({failure.Message.TrimEnd('.')})",
                "Install the system's CA certificates, or name a PEM file instead."
            );
        }
        return roots.Count > 0
            ? new TrustAnchors(roots)
            : throw new TrustAnchorException(
                "this machine's store holds no root",
                "Install the system's CA certificates, or name a PEM file instead."
            );
    }

    /// <summary>A root that cannot be read can end no path either; the others are as good as without it.</summary>
    private static void AddReadable(List<Certificate> roots, byte[] der)
    {
        try
        {
            roots.Add(Certificate.Parse(der));
        }
        catch (CertificateFormatException)
        {
            // Left out.
        }
    }
}
