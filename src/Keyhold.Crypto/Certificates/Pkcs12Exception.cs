namespace Keyhold.Crypto.Certificates;

/// <summary>A PKCS#12 file that cannot be taken in: why and what to do, without anything of its content.</summary>
public sealed class Pkcs12Exception(string reason, string remedy) : Exception($"{reason}. {remedy}")
{
    /// <summary>What was found and what was expected: a clause without a final period.</summary>
    public string Reason { get; } = reason;

    /// <summary>What to do: a sentence.</summary>
    public string Remedy { get; } = remedy;
}
