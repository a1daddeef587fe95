namespace Keyhold.Crypto.Certificates;

/// <summary>A way from the certificate upwards, the certificate itself first, with why it ends and what is to be said of it.</summary>
internal sealed record CertificatePath(
    IReadOnlyList<Certificate> Certificates,
    CertificatePath.Ending End,
    IReadOnlyList<Finding> Findings
)
{
    internal enum Ending
    {
        /// <summary>The top verifies under its own key.</summary>
        SelfSigned,

        /// <summary>The top is a configured trust anchor.</summary>
        Anchored,

        /// <summary>No certificate carries the name of the top's issuer.</summary>
        IssuerAbsent,

        /// <summary>Certificates carry the name, but none has the key that signed the top.</summary>
        NoKeyVerifies,

        /// <summary>The top's signature algorithm is one that is not verified here.</summary>
        UnsupportedAlgorithm,

        /// <summary>Certificates carry the name, and one of them has a key of a kind that verifies nothing here.</summary>
        UnsupportedKey,
    }

    public Certificate Top => Certificates[^1];

    public bool IsComplete => End is Ending.SelfSigned or Ending.Anchored;

    /// <summary>
    /// Certificates that may have issued the top, and those named above them, where it cannot be told: they belong here
    /// more than nowhere, but nothing is believed of them.
    /// </summary>
    public IReadOnlyList<Certificate> Unchecked { get; init; } = [];

    public int ErrorCount { get; init; }

    /// <summary>A certificate of whose issuer nothing is known.</summary>
    public static CertificatePath Of(Certificate leaf) => new([leaf], Ending.IssuerAbsent, []);
}
