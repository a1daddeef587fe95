namespace Keyhold.Crypto.Certificates;

/// <summary>A subject alternative name that the rules refuse: why and what to do.</summary>
public sealed class NameException(string reason, string remedy) : FormatException($"{reason}. {remedy}")
{
    /// <summary>What was found and what was expected: a clause without a final period.</summary>
    public string Reason { get; } = reason;

    /// <summary>What to do: a sentence.</summary>
    public string Remedy { get; } = remedy;
}
