using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Keys;

namespace Keyhold.Crypto.Tests.Certificates;

public class CertificateJudgeTests
{
    [Fact]
    public void Accepts_a_certificate_with_its_whole_chain_without_a_word()
    {
        var judgement = Issued.Judge(Issued.Leaf.Pem, Issued.Middle.ChainPem);
        Assert.Empty(judgement.Findings);
        Assert.True(judgement.IsAccepted);
        Assert.Equal("ECDSA-SHA256", judgement.SignatureAlgorithm);
        Assert.Equal(Issued.Middle.ChainPem, judgement.ChainPem);
    }

    [Theory]
    [InlineData("RSA_2048", "EC_P256", "EC_SM2", "RSA2048-SHA256")]
    [InlineData("EC_SM2", "RSA_2048", "EC_P256", "SM2-SM3")]
    [InlineData("EC_P256", "EC_SM2", "RSA_2048", "ECDSA-SHA256")]
    public void Kinds_of_keys_mix_freely(string issuerSpec, string rootSpec, string leafSpec, string name)
    {
        using var root = TestAuthority.CreateRoot(Spec(rootSpec), "CN=Mixed root", Issued.Clock());
        using var issuer = root.CreateSubordinate(Spec(issuerSpec), "CN=Mixed issuer");
        using var key = PrivateKey.Generate(Spec(leafSpec));
        var request = SigningRequest.Create(key, SubjectRules.ParseSubject(Issued.Subject), []);
        var judgement = Issued.Judge(issuer.Issue(request).Pem, issuer.ChainPem, request);
        Assert.Empty(judgement.Findings);
        Assert.Equal(name, judgement.SignatureAlgorithm);
    }

    [Fact]
    public void The_size_of_an_absent_RSA_issuer_shows_in_its_signature()
    {
        using var root = TestAuthority.CreateRoot(KeySpec.Rsa2048, "CN=RSA", Issued.Clock());
        var sha256 = Issued.Judge(root.Issue(Issued.Request).Pem, null);
        Assert.Equal("RSA2048-SHA256", sha256.SignatureAlgorithm);
        var sha384 = Issued.Judge(root.Issue(Issued.Request, null, t => t.HashName = "SHA384").Pem, root.ChainPem);
        Assert.Equal("RSA2048-SHA384", sha384.SignatureAlgorithm);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \r\n")]
    public void An_absent_chain_is_a_warning(string? chain) =>
        JudgementAssert.OneWarning(Issued.Judge(Issued.Leaf.Pem, chain), "ChainAbsent", "CertificateChain");

    [Fact]
    public void A_fullchain_file_is_refused_with_the_advice_to_split_it()
    {
        var error = JudgementAssert.FirstError(
            Issued.Judge(Issued.Leaf.Pem + Issued.Middle.Certificate.Pem, null),
            "SeveralCertificates",
            "Certificate"
        );
        Assert.Equal(
            "found 2 certificates (a fullchain file?): keep the first here, move the rest to CertificateChain",
            error.Reason
        );
    }

    [Fact]
    public void Another_key_is_refused()
    {
        using var other = PrivateKey.Generate(KeySpec.Rsa2048);
        var request = SigningRequest.Create(other, Issued.Request.Subject, []);
        var error = JudgementAssert.FirstError(
            Issued.Judge(Issued.Leaf.Pem, Issued.Middle.ChainPem, request),
            "KeyMismatch",
            "Certificate"
        );
        Assert.Contains("found EC P-256", error.Reason, StringComparison.Ordinal);
        Assert.Contains("expected RSA 2048", error.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Swapped_parameters_are_recognised()
    {
        var error = JudgementAssert.FirstError(
            Issued.Judge(Issued.Middle.Certificate.Pem, Issued.Root.Certificate.Pem + Issued.Leaf.Pem),
            "KeyMismatch",
            "Certificate"
        );
        Assert.Contains("CertificateChain has the right one", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_certificate_is_refused()
    {
        var der = Issued.Leaf.Der.ToArray();
        der[^1] ^= 1;
        JudgementAssert.FirstError(
            Issued.Judge(Certificate.Parse(der).Pem, Issued.Middle.ChainPem),
            "SignatureInvalid",
            "CertificateChain"
        );
    }

    [Fact]
    public void A_self_signed_certificate_for_the_key_is_accepted_with_a_warning()
    {
        using var authority = TestAuthority.CreateRoot(
            KeySpec.EcP256,
            "CN=self",
            Issued.Clock(),
            t =>
            {
                t.IsAuthority = false;
                t.KeyUsage = X509KeyUsageFlags.DigitalSignature;
            }
        );
        var judgement = Issued.JudgeAlone(authority.Certificate.Pem, null, Issued.Now);
        JudgementAssert.OneWarning(judgement, "SelfSigned", "Certificate");
        Assert.Equal("ECDSA-SHA256", judgement.SignatureAlgorithm);
        Assert.Empty(judgement.Chain);
    }

    [Fact]
    public void A_changed_self_signed_certificate_is_refused()
    {
        var der = Issued.Root.Certificate.Der.ToArray();
        der[^1] ^= 1;
        JudgementAssert.FirstError(
            Issued.JudgeAlone(Certificate.Parse(der).Pem, null, Issued.Now),
            "SignatureInvalid",
            "Certificate"
        );
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Validity_ends_with_the_second_of_NotAfter(int seconds, bool isAccepted)
    {
        var leaf = Issued.Middle.Issue(Issued.Request, TimeSpan.FromDays(10));
        var now = leaf.NotAfter.AddSeconds(seconds).AddMilliseconds(900);
        var judgement = Issued.Judge(leaf.Pem, Issued.Middle.ChainPem, now: now);
        Assert.Equal(isAccepted, judgement.IsAccepted);
        if (!isAccepted)
        {
            JudgementAssert.FirstError(judgement, "Expired", "Certificate");
        }
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(299, "warning")]
    [InlineData(300, "warning")]
    [InlineData(301, "error")]
    public void NotBefore_may_lie_five_minutes_ahead(int seconds, string? finding)
    {
        var leaf = Issued.Middle.Issue(Issued.Request, null, t => t.NotBefore = Issued.Now.AddSeconds(seconds));
        var judgement = Issued.Judge(leaf.Pem, Issued.Middle.ChainPem);
        switch (finding)
        {
            case "warning":
                JudgementAssert.OneWarning(judgement, "ValidSoon", "Certificate");
                break;
            case "error":
                JudgementAssert.FirstError(judgement, "NotYetValid", "Certificate");
                break;
            default:
                Assert.Empty(judgement.Findings);
                break;
        }
    }

    [Fact]
    public void A_certificate_signed_with_SHA_1_is_refused()
    {
        var leaf = Issued.Middle.Issue(Issued.Request, null, t => t.HashName = "SHA1");
        JudgementAssert.FirstError(Issued.Judge(leaf.Pem, Issued.Middle.ChainPem), "WeakSignature", "Certificate");
        Assert.Equal("ECDSA-SHA1", Issued.Judge(leaf.Pem, Issued.Middle.ChainPem).SignatureAlgorithm);
    }

    [Fact]
    public void MD5_is_refused_by_name()
    {
        using var rsaRoot = TestAuthority.CreateRoot(KeySpec.Rsa2048, "CN=RSA", Issued.Clock());
        var der = rsaRoot.Issue(Issued.Request).Der.ToArray();
        var sha256 = Convert.FromHexString("2A864886F70D01010B");
        for (var at = der.AsSpan().IndexOf(sha256); at >= 0; at = der.AsSpan().IndexOf(sha256))
        {
            der[at + sha256.Length - 1] = 4;
        }
        var leaf = Certificate.Parse(der);
        var judgement = Issued.Judge(leaf.Pem, rsaRoot.ChainPem);
        Assert.Contains(
            "MD5",
            JudgementAssert.FirstError(judgement, "WeakSignature", "Certificate").Reason,
            StringComparison.Ordinal
        );
    }

    public static TheoryData<string, Action<CertificateTemplate>> OddLeaves() =>
        new()
        {
            { "IsAuthority", t => t.IsAuthority = true },
            { "NotForSigning", t => t.KeyUsage = X509KeyUsageFlags.KeyEncipherment },
            { "SpecialPurpose", t => t.ExtendedKeyUsages.Add("1.3.6.1.5.5.7.3.9") },
            { "SubjectChanged", t => t.Subject = DistinguishedName.Parse("CN=other") },
            { "AlternativeNamesChanged", t => t.SubjectAlternativeNames.RemoveAt(0) },
            { "AlternativeNamesChanged", t => t.SubjectAlternativeNames.Add("b.example.com") },
        };

    [Theory]
    [MemberData(nameof(OddLeaves))]
    public void What_the_CA_changed_is_a_warning(string code, Action<CertificateTemplate> change) =>
        JudgementAssert.OneWarning(
            Issued.Judge(Issued.Middle.Issue(Issued.Request, null, change).Pem, Issued.Middle.ChainPem),
            code,
            "Certificate"
        );

    public static TheoryData<string, Action<CertificateTemplate>> HarmlessLeaves() =>
        new()
        {
            { "no key usage", t => t.KeyUsage = null },
            { "an extended key usage", t => t.ExtendedKeyUsages.Add("1.3.6.1.5.5.7.3.1") },
            { "letter case", t => t.Subject = DistinguishedName.Parse("CN=USERNAME,OU=kms,O=aliyun,C=cn") },
            { "no subject key identifier", t => t.SubjectKeyIdentifier = null },
            { "no end", t => t.NotAfter = new DateTimeOffset(9999, 12, 31, 23, 59, 59, TimeSpan.Zero) },
            { "an unknown extension", t => t.ExtraExtensions.Add(new("1.2.3.4", false, new byte[] { 5, 0 })) },
        };

    [Theory]
    [MemberData(nameof(HarmlessLeaves))]
    public void What_does_no_harm_is_not_mentioned(string what, Action<CertificateTemplate> change)
    {
        var judgement = Issued.Judge(Issued.Middle.Issue(Issued.Request, null, change).Pem, Issued.Middle.ChainPem);
        Assert.True(judgement.Findings.Count == 0, $"{what}: {string.Join(' ', judgement.Findings)}");
    }

    [Fact]
    public void A_precertificate_is_named()
    {
        var leaf = Issued.Middle.Issue(
            Issued.Request,
            null,
            t => t.ExtraExtensions.Add(new("1.3.6.1.4.1.11129.2.4.3", true, new byte[] { 5, 0 }))
        );
        JudgementAssert.FirstError(Issued.Judge(leaf.Pem, Issued.Middle.ChainPem), "Precertificate", "Certificate");
    }

    [Fact]
    public void The_limits_refuse_before_anything_is_parsed()
    {
        JudgementAssert.FirstError(
            Issued.Judge(Issued.Leaf.Pem, new string('x', (1024 * 1024) + 1)),
            "TooLong",
            "CertificateChain"
        );
        JudgementAssert.FirstError(
            Issued.Judge(Issued.Leaf.Pem, string.Concat(Enumerable.Repeat(Issued.Root.Certificate.Pem, 251))),
            "TooManyCertificates",
            "CertificateChain"
        );
    }

    [Fact]
    public void A_private_key_in_either_parameter_is_refused()
    {
        const string Key = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n";
        JudgementAssert.FirstError(
            Issued.Judge(Issued.Leaf.Pem + Key, Issued.Middle.ChainPem),
            "PrivateKeyFound",
            "Certificate"
        );
        JudgementAssert.FirstError(
            Issued.Judge(Issued.Leaf.Pem, Issued.Middle.ChainPem + Key),
            "PrivateKeyFound",
            "CertificateChain"
        );
    }

    [Fact]
    public void Another_block_beside_the_certificate_is_a_warning() =>
        JudgementAssert.OneWarning(
            Issued.Judge(Issued.Request.Pem + Issued.Leaf.Pem, Issued.Middle.ChainPem),
            "RequestFound",
            "Certificate"
        );

    [Fact]
    public void OpenSSL_trust_data_behind_the_certificate_is_cut_off()
    {
        byte[] trusted = [.. Issued.Leaf.Der.Span, 0x30, 0x00];
        var pem = PemEncoding.WriteString("TRUSTED CERTIFICATE", trusted);
        Assert.Empty(Issued.Judge(pem, Issued.Middle.ChainPem).Findings);
        JudgementAssert.FirstError(
            Issued.Judge(PemEncoding.WriteString("CERTIFICATE", trusted), null),
            "Malformed",
            "Certificate"
        );
    }

    [Fact]
    public void Of_an_unreadable_chain_nothing_is_said_to_be_missing()
    {
        var judgement = Issued.Judge(Issued.Leaf.Pem, "nonsense");
        Assert.Equal("NoPem", Assert.Single(judgement.Findings).Code);
        Assert.Equal(Issued.Leaf.Der.ToArray(), judgement.Certificate!.Der.ToArray());
    }

    [Fact]
    public void Messages_quote_long_names_only_in_part()
    {
        var leaf = Issued.Middle.Issue(
            Issued.Request,
            null,
            t => t.Subject = DistinguishedName.Parse("CN=" + new string('x', 50_000))
        );
        var judgement = Issued.Judge(leaf.Pem, null);
        Assert.All(judgement.Findings, finding => Assert.True(finding.ToString().Length < 1500));
    }

    [Fact]
    public void Every_finding_says_what_to_do()
    {
        var judgement = Issued.Judge("nonsense", "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n");
        Assert.Null(judgement.Certificate);
        Assert.Empty(judgement.SignatureAlgorithm);
        Assert.Equal(
            ["Certificate", "CertificateChain"],
            judgement.Errors.Select(error => error.Parameter),
            StringComparer.Ordinal
        );
        Assert.All(judgement.Findings, finding => Assert.EndsWith(".", finding.ToString(), StringComparison.Ordinal));
        Assert.All(judgement.Findings, finding => Assert.False(finding.Reason.EndsWith('.')));
    }

    private static KeySpec Spec(string name) =>
        KeySpec.TryParse(name, out var spec) ? spec : throw new ArgumentException(name, nameof(name));

    [Fact]
    public void A_file_of_a_thousand_broken_blocks_gives_a_short_answer()
    {
        var text = string.Concat(Enumerable.Repeat("-----BEGIN X509 CRL-----\n", 1000));
        Assert.True(Issued.Judge(Issued.Leaf.Pem, text).Findings.Count < 30);
        Assert.False(Issued.Judge(text, null).IsAccepted);
    }

    [Fact]
    public void A_private_key_behind_a_thousand_other_blocks_still_refuses_the_text()
    {
        var text = string.Concat(Enumerable.Repeat("-----BEGIN X509 CRL-----\n", 1000));
        var judgement = Issued.Judge(
            Issued.Leaf.Pem,
            Issued.Middle.ChainPem + text + "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n"
        );
        Assert.False(judgement.IsAccepted);
    }
}
