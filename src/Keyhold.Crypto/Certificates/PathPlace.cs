namespace Keyhold.Crypto.Certificates;

/// <summary>One certificate at its place in a path, as the rules look at it.</summary>
internal readonly record struct PathPlace(CertificatePath Path, int Index)
{
    public Certificate Certificate => Path.Certificates[Index];

    public Certificate? Issuer => Index + 1 < Path.Certificates.Count ? Path.Certificates[Index + 1] : null;

    public bool IsLeaf => Index == 0;

    /// <summary>The self-signed end or the trust anchor: nobody relies on its signature, it is believed because somebody chose to.</summary>
    public bool IsEnd => Path.IsComplete && Issuer is null;

    public bool IsSelfSigned => IsEnd && Certificate.IsSelfIssued;

    public bool IsRoot => IsSelfSigned && !IsLeaf;

    /// <summary>How messages call it.</summary>
    public string Name => IsLeaf ? "the certificate" : $"the certificate of {Certificate.Subject.Shown}";

    public Finding Report(string code, string reason, string remedy, string found = "", string expected = "") =>
        Finding.About(
            Certificate,
            code,
            IsLeaf ? "Certificate" : "CertificateChain",
            $"{Name} {reason}",
            remedy,
            found,
            expected
        );
}
