namespace Keyhold.Crypto.Certificates;

/// <summary>
/// How strictly certificates are judged. The rules on which the two differ are listed in docs/certificate-judgement.md.
/// </summary>
public enum JudgementProfile
{
    /// <summary>What private CAs commonly get wrong without harm is a warning.</summary>
    Compatible,

    /// <summary>RFC 5280 to the letter, the duties of the CA included.</summary>
    Strict,
}
