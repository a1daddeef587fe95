namespace Keyhold.Crypto.Certificates;

/// <summary>A text of trust anchors cannot be used. Reason is a clause without a final full stop, Remedy a sentence.</summary>
public sealed class TrustAnchorException(string reason, string remedy) : Exception($"{reason}. {remedy}")
{
    public string Reason { get; } = reason;

    public string Remedy { get; } = remedy;
}
