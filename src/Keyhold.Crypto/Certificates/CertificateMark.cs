namespace Keyhold.Crypto.Certificates;

/// <summary>What the findings about one certificate come to.</summary>
public enum CertificateMark
{
    Good,
    Doubtful,
    Bad,
}
