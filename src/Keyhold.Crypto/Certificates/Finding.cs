namespace Keyhold.Crypto.Certificates;

/// <summary>
/// One thing to say about submitted certificates. Reason is a clause (what was found, what was expected), Remedy a
/// sentence (what to do); Subject names the certificate concerned, where it could be read.
/// </summary>
/// <param name="Code">A stable name in PascalCase, such as KeyMismatch.</param>
/// <param name="Parameter">Certificate or CertificateChain.</param>
public sealed record Finding(
    string Code,
    FindingSeverity Severity,
    string Parameter,
    string? Subject,
    string Reason,
    string Remedy
)
{
    public override string ToString() => $"{Parameter}: {Reason}. {Remedy}";
}
