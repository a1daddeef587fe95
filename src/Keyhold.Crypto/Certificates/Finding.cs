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
    /// <summary>The code for a certificate that holds another key than expected.</summary>
    public const string KeyMismatch = "KeyMismatch";

    /// <summary>The code for a certificate that is not meant for signing.</summary>
    public const string NotForSigning = "NotForSigning";

    /// <summary>
    /// The place of the certificate as it was given: 0 is Certificate, 1 the first one of CertificateChain; null when it
    /// was not given (a trust anchor) or no single one is concerned.
    /// </summary>
    public int? Index { get; init; }

    /// <summary>The serial number of the certificate concerned.</summary>
    public string? Serial { get; init; }

    /// <summary>What was found, in a few words; may be empty.</summary>
    public string Found { get; init; } = "";

    /// <summary>What should have been found, in a few words; may be empty.</summary>
    public string Expected { get; init; } = "";

    /// <summary>The certificate that Subject, Serial and Index are of.</summary>
    internal Certificate? Concerned { get; init; }

    public override string ToString() => $"{Parameter}: {Reason}. {Remedy}";

    /// <summary>A finding on one certificate, as severe as the strict profile takes it until <see cref="JudgementRules.Apply"/>.</summary>
    internal static Finding About(
        Certificate concerned,
        string code,
        string parameter,
        string reason,
        string remedy,
        string found = "",
        string expected = ""
    ) =>
        new(code, JudgementRules.Find(code).Strict, parameter, concerned.Subject.Shown, reason, remedy)
        {
            Serial = concerned.SerialHex,
            Found = found,
            Expected = expected,
            Concerned = concerned,
        };
}
