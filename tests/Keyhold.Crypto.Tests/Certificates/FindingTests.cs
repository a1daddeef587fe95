using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Keys;

namespace Keyhold.Crypto.Tests.Certificates;

/// <summary>A finding says which certificate, what was found and what was expected.</summary>
public class FindingTests
{
    [Fact]
    public void The_place_is_that_of_the_certificate_as_it_was_given()
    {
        using var expired = Issued.Root.CreateSubordinate(
            KeySpec.EcP256,
            "CN=Expired",
            t => t.NotAfter = Issued.Now.AddSeconds(-1)
        );
        using var stranger = TestAuthority.CreateRoot(KeySpec.EcP256, "CN=Stranger", Issued.Clock());
        var leaf = expired.Issue(Issued.Request);
        var judgement = Issued.Judge(
            leaf.Pem,
            Issued.Root.Certificate.Pem
                + stranger.Certificate.Pem
                + leaf.Pem
                + stranger.Certificate.Pem
                + expired.Certificate.Pem
        );
        var error = JudgementAssert.FirstError(judgement, "Expired", "CertificateChain");
        Assert.Equal((5, expired.Certificate.SerialHex), (error.Index, error.Serial));
        Assert.Equal("NotAfter 2026-06-01T11:59:59Z", error.Found);
        Assert.Equal("not before 2026-06-01T12:00:00Z", error.Expected);
        Assert.Equal(2, Assert.Single(judgement.Warnings).Index);
        Assert.Equal(stranger.Certificate.Pem, Assert.Single(judgement.Dropped).Pem);
    }

    [Fact]
    public void The_certificate_itself_has_place_0_even_when_the_chain_repeats_it()
    {
        var leaf = Issued.Middle.Issue(Issued.Request, null, t => t.NotAfter = Issued.Now.AddSeconds(-1));
        var error = JudgementAssert.FirstError(
            Issued.Judge(leaf.Pem, Issued.Middle.ChainPem + leaf.Pem),
            "Expired",
            "Certificate"
        );
        Assert.Equal(0, error.Index);
    }

    [Fact]
    public void A_malformed_certificate_is_told_by_its_place()
    {
        const string Bad = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
        var judge = new CertificateJudge(Issued.Clock());
        var judgement = judge.JudgeCertificates(Issued.Leaf.Pem, [Issued.Middle.ChainPem, Bad]);
        var error = JudgementAssert.FirstError(judgement, "Malformed", "CertificateChain");
        Assert.Equal(3, error.Index);
    }

    [Fact]
    public void A_key_mismatch_names_both_keys()
    {
        using var other = PrivateKey.Generate(KeySpec.EcSm2);
        var request = SigningRequest.Create(other, SubjectRules.ParseSubject(Issued.Subject), []);
        var error = JudgementAssert.FirstError(
            Issued.Judge(Issued.Leaf.Pem, Issued.Middle.ChainPem, request),
            "KeyMismatch",
            "Certificate"
        );
        Assert.StartsWith("EC P-256 (SHA-256 ", error.Found, StringComparison.Ordinal);
        Assert.StartsWith("SM2 (SHA-256 ", error.Expected, StringComparison.Ordinal);
        Assert.Equal(0, error.Index);
    }

    [Fact]
    public void A_missing_root_is_told()
    {
        var judgement = Issued.Judge(Issued.Leaf.Pem, Issued.Middle.Certificate.Pem);
        Assert.True(judgement.RootMissing);
        Assert.Equal(2, judgement.Path.Count);
        Assert.False(Issued.Judge(Issued.Leaf.Pem, Issued.Middle.ChainPem).RootMissing);
    }

    [Fact]
    public void Several_texts_are_one_chain()
    {
        var judge = new CertificateJudge(Issued.Clock());
        string[] chains = [Issued.Root.Certificate.Pem, "", Issued.Middle.Certificate.Pem];
        var judgement = judge.JudgeCertificates(Issued.Leaf.Pem, chains);
        Assert.Empty(judgement.Findings);
        Assert.Equal(Issued.Middle.ChainPem, judgement.ChainPem);
    }
}
