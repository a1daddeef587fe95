namespace Keyhold.Crypto.Certificates;

/// <summary>Bytes that are no X.509 certificate or PKCS#10 request. The message names the part and what is wrong with it.</summary>
public sealed class CertificateFormatException(string reason) : FormatException(reason)
{
    /// <summary>What was found and what was expected: a clause without a final period.</summary>
    public string Reason { get; } = reason;
}
