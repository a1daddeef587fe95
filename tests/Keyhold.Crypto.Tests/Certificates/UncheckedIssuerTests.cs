using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Keys;

namespace Keyhold.Crypto.Tests.Certificates;

/// <summary>Where a signature cannot be checked, the reason is named, and the likely issuer is not called a stranger.</summary>
public class UncheckedIssuerTests
{
    [Theory]
    [InlineData("06082A8648CE3D040301", "ECDSA with SHA-224")]
    [InlineData("06082A8648CE3D040309", "the algorithm 1.2.840.10045.4.3.9")]
    [InlineData("06082B06010505070620", "ECDSA with SHAKE128")]
    public void An_algorithm_that_is_not_verified_is_named_and_the_issuer_is_no_stranger(
        string identifier,
        string obstacle
    )
    {
        var leaf = WithAlgorithm(Issued.Leaf, identifier);
        var judgement = Issued.Judge(leaf.Pem, Issued.Middle.ChainPem + Issued.Root.Certificate.Pem);
        var error = JudgementAssert.FirstError(judgement, "UnsupportedAlgorithm", "Certificate");
        Assert.Contains($"is signed with {obstacle}, which is not supported", error.Reason, StringComparison.Ordinal);
        Assert.Contains("CN=Middle,O=Test,C=CN cannot be checked", error.Reason, StringComparison.Ordinal);
        Assert.Contains("SHA-256, SHA-384 or SHA-512", error.Remedy, StringComparison.Ordinal);
        Assert.Equal(obstacle, error.Found);
        Assert.Single(judgement.Findings);
        Assert.Empty(judgement.Dropped);
        Assert.Empty(judgement.Chain);
    }

    [Fact]
    public void Certificates_of_other_names_stay_strangers()
    {
        using var other = TestAuthority.CreateRoot(KeySpec.EcP256, "CN=Other", Issued.Clock());
        var leaf = WithAlgorithm(Issued.Leaf, "06082A8648CE3D040301");
        var judgement = Issued.Judge(leaf.Pem, Issued.Middle.ChainPem + other.Certificate.Pem);
        var stranger = Assert.Single(judgement.Warnings);
        Assert.Equal(("NotNeeded", "CN=Other"), (stranger.Code, stranger.Subject));
        Assert.Equal(other.Certificate.Pem, Assert.Single(judgement.Dropped).Pem);
    }

    [Fact]
    public void A_broken_hash_is_the_only_thing_said()
    {
        using var root = TestAuthority.CreateRoot(KeySpec.Rsa2048, "CN=Old", Issued.Clock());
        var leaf = Replace(root.Issue(Issued.Request), "06092A864886F70D01010B", "06092A864886F70D010104");
        var judgement = Issued.Judge(leaf.Pem, root.Certificate.Pem);
        Assert.Equal("WeakSignature", Assert.Single(judgement.Findings).Code);
    }

    [Fact]
    public void An_issuer_with_a_key_that_is_not_supported_is_named_and_no_stranger()
    {
        using var authority = Issued.Root.CreateSubordinate(
            KeySpec.EcP256,
            "CN=Bitcoin",
            template =>
                template.PublicKey = SubjectPublicKeyInfoDer.Write(
                    ObjectIdentifiers.EcPublicKey,
                    "1.3.132.0.10",
                    new byte[65]
                )
        );
        foreach (var chain in new[] { authority.ChainPem, Issued.Root.Certificate.Pem + authority.Certificate.Pem })
        {
            var judgement = Issued.Judge(authority.Issue(Issued.Request).Pem, chain);
            var error = JudgementAssert.FirstError(judgement, "UnsupportedKey", "CertificateChain");
            Assert.Equal("CN=Bitcoin", error.Subject);
            Assert.Contains("1.3.132.0.10", error.Reason, StringComparison.Ordinal);
            Assert.DoesNotContain(judgement.Findings, finding => finding.Code is "SignatureInvalid" or "NotNeeded");
        }
    }

    [Fact]
    public void An_impostor_with_a_supported_key_stays_an_impostor()
    {
        using var impostor = TestAuthority.CreateRoot(KeySpec.EcP256, "CN=Middle,O=Test,C=CN", Issued.Clock());
        var judgement = Issued.Judge(Issued.Leaf.Pem, impostor.Certificate.Pem);
        JudgementAssert.FirstError(judgement, "SignatureInvalid", "CertificateChain");
        Assert.Contains(judgement.Warnings, finding => finding.Code is "NotNeeded");
    }

    [Fact]
    public void A_self_signed_certificate_with_a_key_that_is_not_supported_is_not_called_changed()
    {
        using var root = TestAuthority.CreateRoot(
            KeySpec.EcP256,
            "CN=Bitcoin",
            Issued.Clock(),
            template =>
                template.PublicKey = SubjectPublicKeyInfoDer.Write(
                    ObjectIdentifiers.EcPublicKey,
                    "1.3.132.0.10",
                    new byte[65]
                )
        );
        var alone = Issued.JudgeAlone(root.Certificate.Pem, null, Issued.Now);
        Assert.Equal("UnsupportedKey", Assert.Single(alone.Errors).Code);
    }

    private static Certificate WithAlgorithm(Certificate certificate, string identifier) =>
        Replace(certificate, "06082A8648CE3D040302", identifier);

    /// <summary>Another algorithm inside and outside of the signed part: the signature does not fit, but nobody can tell.</summary>
    private static Certificate Replace(Certificate certificate, string identifier, string other) =>
        Certificate.Parse(
            Convert.FromHexString(
                Convert.ToHexString(certificate.Der.Span).Replace(identifier, other, StringComparison.Ordinal)
            )
        );
}
