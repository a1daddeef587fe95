namespace Keyhold.Crypto.Certificates;

/// <summary>A distinguished name that cannot be read or that the rules for subjects refuse: why, where and what to do.</summary>
public sealed class DistinguishedNameException(string reason, string remedy, int? position = null)
    : FormatException($"{reason}. {remedy}")
{
    /// <summary>What was found and what was expected: a clause without a final period.</summary>
    public string Reason { get; } = reason;

    /// <summary>What to do: a sentence.</summary>
    public string Remedy { get; } = remedy;

    /// <summary>The character, counted from 1, at which the text stops making sense; null when the whole is meant.</summary>
    public int? Position { get; } = position;
}
