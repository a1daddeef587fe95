using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Keys;

namespace Keyhold.Crypto.Tests.Certificates;

/// <summary>Netscape's certificate type, marked critical by old CAs.</summary>
public class NetscapeTests
{
    private const string Code = "NetscapeCertificateType";

    [Theory]
    [InlineData("03020640")]
    [InlineData("03020080")]
    [InlineData("030100")]
    public void A_critical_one_is_refused_when_strict_and_warned_of_when_compatible(string value)
    {
        var leaf = Issued.Middle.Issue(Issued.Request, null, With(value));
        Assert.Equal(FindingSeverity.Error, Find(Judge(JudgementProfile.Strict, leaf, Issued.Middle), Code)?.Severity);
        JudgementAssert.OneWarning(Judge(JudgementProfile.Compatible, leaf, Issued.Middle), Code, "Certificate");
    }

    [Theory]
    [InlineData("03020204", null)]
    [InlineData("03020007", null)]
    [InlineData("03020640", "MayNotIssue")]
    [InlineData("030100", "MayNotIssue")]
    [InlineData("0500", "CriticalExtensionMalformed")]
    [InlineData("0303000700", "CriticalExtensionMalformed")]
    [InlineData("0302000700", "CriticalExtensionMalformed")]
    [InlineData("", "CriticalExtensionMalformed")]
    public void An_issuer_needs_a_bit_for_CAs_in_it(string value, string? error)
    {
        using var authority = Issued.Root.CreateSubordinate(KeySpec.EcP256, "CN=Old", With(value));
        var judgement = Judge(JudgementProfile.Compatible, authority.Issue(Issued.Request), authority);
        Assert.Equal(error, judgement.Errors.FirstOrDefault()?.Code);
        Assert.Equal(error is null, judgement.IsAccepted);
    }

    [Fact]
    public void Bits_for_CAs_on_what_is_none_are_told()
    {
        var leaf = Issued.Middle.Issue(Issued.Request, null, With("03020204"));
        var judgement = Judge(JudgementProfile.Compatible, leaf, Issued.Middle);
        Assert.True(judgement.IsAccepted);
        Assert.Equal(FindingSeverity.Warning, Find(judgement, "IssuingWithoutAuthority")?.Severity);
    }

    [Fact]
    public void One_that_is_not_critical_is_passed_over()
    {
        using var authority = Issued.Root.CreateSubordinate(KeySpec.EcP256, "CN=Old", With("03020640", false));
        var leaf = authority.Issue(Issued.Request, null, With("0500", false));
        Assert.Empty(Judge(JudgementProfile.Strict, leaf, authority).Findings);
    }

    private static Action<CertificateTemplate> With(string value, bool isCritical = true) =>
        template =>
            template.ExtraExtensions.Add(
                new CertificateExtension("2.16.840.1.113730.1.1", isCritical, Convert.FromHexString(value))
            );

    private static Judgement Judge(JudgementProfile profile, Certificate leaf, TestAuthority authority) =>
        new CertificateJudge(Issued.Clock(), new JudgementOptions(profile, TrustAnchors.None)).JudgeCertificates(
            leaf.Pem,
            [authority.ChainPem]
        );

    private static Finding? Find(Judgement judgement, string code) =>
        judgement.Findings.FirstOrDefault(finding => string.Equals(finding.Code, code, StringComparison.Ordinal));
}
