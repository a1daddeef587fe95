namespace Keyhold.Crypto.Certificates;

/// <summary>How strictly to judge, and where the path of a certificate must end.</summary>
public sealed record JudgementOptions(JudgementProfile Profile, TrustAnchors Anchors)
{
    /// <summary>Compatible, and any root will do.</summary>
    public static JudgementOptions Default { get; } = new(JudgementProfile.Compatible, TrustAnchors.None);
}
