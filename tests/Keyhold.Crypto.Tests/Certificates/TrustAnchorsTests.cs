using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Keys;

namespace Keyhold.Crypto.Tests.Certificates;

/// <summary>Where paths must end once anchors are given.</summary>
public class TrustAnchorsTests
{
    private static readonly string Leaf = Issued.Leaf.Pem;
    private static readonly string Middle = Issued.Middle.Certificate.Pem;
    private static readonly string Root = Issued.Root.Certificate.Pem;

    [Fact]
    public void A_path_to_an_anchor_is_good_whether_the_anchor_was_sent_or_not()
    {
        foreach (string[] chain in new string[][] { [Middle], [Middle, Root], [Root + Middle] })
        {
            var judgement = Judge(Leaf, chain, Root);
            Assert.Empty(judgement.Findings);
            Assert.Equal(3, judgement.Path.Count);
            Assert.False(judgement.RootMissing);
        }
    }

    [Fact]
    public void An_anchor_need_not_be_a_root()
    {
        var judgement = Judge(Leaf, [Root], Middle);
        Assert.Equal("NotNeeded", Assert.Single(judgement.Findings).Code);
        Assert.Equal(2, judgement.Path.Count);
        Assert.Equal(Root, Assert.Single(judgement.Dropped).Pem);
    }

    [Fact]
    public void The_certificate_itself_may_be_an_anchor() => Assert.Empty(Judge(Leaf, [], Leaf).Errors);

    [Fact]
    public void A_path_that_ends_elsewhere_is_refused()
    {
        using var other = TestAuthority.CreateRoot(KeySpec.EcP256, "CN=Other", Issued.Clock());
        var error = JudgementAssert.FirstError(
            Judge(Leaf, [Middle, Root], other.Certificate.Pem),
            "NotAnchored",
            "CertificateChain"
        );
        Assert.Equal("CN=Root,O=Test,C=CN", error.Subject);
        Assert.Equal(2, error.Index);
        JudgementAssert.FirstError(Judge(Leaf, [Middle], other.Certificate.Pem), "NotAnchored", "CertificateChain");
        JudgementAssert.FirstError(Judge(Leaf, [], other.Certificate.Pem), "NotAnchored", "Certificate");
    }

    [Fact]
    public void A_chain_without_the_issuer_lacks_the_issuer() =>
        JudgementAssert.FirstError(Judge(Leaf, [Root], Root), "IssuerMissing", "CertificateChain");

    [Fact]
    public void An_impostor_of_an_anchor_is_refused()
    {
        using var impostor = TestAuthority.CreateRoot(
            KeySpec.EcP256,
            "CN=Root,O=Test,C=CN",
            Issued.Clock(),
            t => t.SubjectKeyIdentifier = Issued.Root.Certificate.SubjectKeyIdentifier
        );
        using var below = impostor.CreateSubordinate(KeySpec.EcP256, "CN=Middle,O=Test,C=CN");
        Assert.False(Judge(below.Issue(Issued.Request).Pem, [below.ChainPem], Root).IsAccepted);
    }

    [Fact]
    public void An_anchor_out_of_date_is_refused() =>
        Assert.Contains(
            new CertificateJudge(
                Issued.Clock(Issued.Now.AddYears(20)),
                new JudgementOptions(JudgementProfile.Compatible, TrustAnchors.FromPem(Root))
            )
                .JudgeCertificates(Leaf, [Middle])
                .Errors,
            error => error.Code is "Expired" && error.Subject is "CN=Root,O=Test,C=CN"
        );

    [Fact]
    public void The_way_to_the_anchor_is_found_among_others()
    {
        using var anchor = TestAuthority.CreateRoot(KeySpec.EcP256, "CN=Anchor", Issued.Clock());
        var crossSigned = anchor.CrossSign(Issued.Root);
        var judgement = Judge(Leaf, [Middle, Root, crossSigned.Pem], anchor.Certificate.Pem);
        Assert.True(judgement.IsAccepted);
        Assert.Equal("CN=Anchor", judgement.Path[^1].Subject.ToString());
        Assert.Equal(Root, Assert.Single(judgement.Dropped).Pem);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n")]
    public void A_text_without_certificates_is_no_set_of_anchors(string text)
    {
        var failure = Assert.Throws<TrustAnchorException>(() => TrustAnchors.FromPem(text));
        Assert.EndsWith(".", failure.Remedy, StringComparison.Ordinal);
        Assert.NotEqual("", failure.Reason);
    }

    [Fact]
    public void The_machine_has_roots_or_says_that_it_has_none()
    {
        try
        {
            Assert.False(TrustAnchors.System().IsNone);
        }
        catch (TrustAnchorException failure)
        {
            Assert.Contains("store", failure.Reason, StringComparison.Ordinal);
        }
    }

    private static Judgement Judge(string leaf, string[] chain, string anchors) =>
        Issued.JudgeAnchored(JudgementProfile.Compatible, leaf, chain, [anchors], Issued.Now);
}
