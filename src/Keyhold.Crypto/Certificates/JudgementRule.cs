namespace Keyhold.Crypto.Certificates;

/// <summary>One finding on a certificate or a path, and how severe each profile takes it; null: not even told.</summary>
internal sealed record JudgementRule(string Code, FindingSeverity Strict, FindingSeverity? Compatible)
{
    public FindingSeverity? In(JudgementProfile profile) => profile == JudgementProfile.Strict ? Strict : Compatible;
}
