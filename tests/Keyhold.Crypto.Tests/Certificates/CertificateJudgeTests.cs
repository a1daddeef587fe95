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

    [Fact]
    public void Stores_the_chain_in_order_whatever_order_it_came_in()
    {
        string[] parts =
        [
            Issued.Root.Certificate.Pem,
            Issued.Leaf.Pem,
            Issued.Middle.Certificate.Pem,
            Issued.Root.Certificate.Pem,
        ];
        var judgement = Issued.Judge(Issued.Leaf.Pem, string.Concat(parts));
        Assert.Empty(judgement.Findings);
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
        AssertWarning(Issued.Judge(Issued.Leaf.Pem, chain), "ChainAbsent", "CertificateChain");

    [Fact]
    public void A_missing_root_is_a_warning()
    {
        var judgement = Issued.Judge(Issued.Leaf.Pem, Issued.Middle.Certificate.Pem);
        AssertWarning(judgement, "RootMissing", "CertificateChain");
        Assert.Single(judgement.Chain);
    }

    [Fact]
    public void A_missing_issuer_is_an_error_that_names_it_and_where_it_is()
    {
        var leaf = Issued.Middle.Issue(Issued.Request, null, t => t.IssuerUrl = "http://ca.example.com/middle.crt");
        var error = AssertError(
            Issued.Judge(leaf.Pem, Issued.Root.Certificate.Pem),
            "IssuerMissing",
            "CertificateChain"
        );
        Assert.Contains("CN=Middle", error.Remedy, StringComparison.Ordinal);
        Assert.Contains("http://ca.example.com/middle.crt", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chain_of_only_the_certificate_itself_lacks_the_issuer() =>
        AssertError(Issued.Judge(Issued.Leaf.Pem, Issued.Leaf.Pem), "IssuerMissing", "CertificateChain");

    [Fact]
    public void A_fullchain_file_is_refused_with_the_advice_to_split_it()
    {
        var error = AssertError(
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
        var error = AssertError(
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
        var error = AssertError(
            Issued.Judge(Issued.Middle.Certificate.Pem, Issued.Root.Certificate.Pem + Issued.Leaf.Pem),
            "KeyMismatch",
            "Certificate"
        );
        Assert.Contains("CertificateChain has the right one", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void An_impostor_with_the_same_name_and_key_identifier_is_refused()
    {
        using var impostor = Issued.Root.CreateSubordinate(
            KeySpec.EcP256,
            Issued.Middle.Certificate.Subject.ToString(),
            t => t.SubjectKeyIdentifier = Issued.Middle.Certificate.SubjectKeyIdentifier
        );
        AssertError(Issued.Judge(Issued.Leaf.Pem, impostor.ChainPem), "SignatureInvalid", "CertificateChain");
        var both = Issued.Judge(Issued.Leaf.Pem, impostor.ChainPem + Issued.Middle.ChainPem);
        AssertWarning(both, "NotNeeded", "CertificateChain");
        Assert.Equal(Issued.Middle.ChainPem, both.ChainPem);
    }

    [Fact]
    public void An_impostor_of_the_root_is_refused()
    {
        using var impostor = TestAuthority.CreateRoot(
            KeySpec.EcP256,
            Issued.Root.Certificate.Subject.ToString(),
            Issued.Clock(),
            t => t.SubjectKeyIdentifier = Issued.Root.Certificate.SubjectKeyIdentifier
        );
        AssertError(
            Issued.Judge(Issued.Leaf.Pem, Issued.Middle.Certificate.Pem + impostor.Certificate.Pem),
            "SignatureInvalid",
            "CertificateChain"
        );
    }

    [Fact]
    public void A_self_signed_top_must_verify_under_its_own_key()
    {
        var der = Issued.Root.Certificate.Der.ToArray();
        der[^1] ^= 1;
        var changed = Certificate.Parse(der);
        AssertError(
            Issued.Judge(Issued.Leaf.Pem, Issued.Middle.Certificate.Pem + changed.Pem),
            "SignatureInvalid",
            "CertificateChain"
        );
    }

    [Fact]
    public void A_changed_certificate_is_refused()
    {
        var der = Issued.Leaf.Der.ToArray();
        der[^1] ^= 1;
        AssertError(
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
        AssertWarning(judgement, "SelfSigned", "Certificate");
        Assert.Equal("ECDSA-SHA256", judgement.SignatureAlgorithm);
        Assert.Empty(judgement.Chain);
    }

    [Fact]
    public void A_changed_self_signed_certificate_is_refused()
    {
        var der = Issued.Root.Certificate.Der.ToArray();
        der[^1] ^= 1;
        AssertError(Issued.JudgeAlone(Certificate.Parse(der).Pem, null, Issued.Now), "SignatureInvalid", "Certificate");
    }

    [Fact]
    public void Strangers_are_dropped_and_named()
    {
        using var stranger = TestAuthority.CreateRoot(KeySpec.EcP256, "CN=Stranger", Issued.Clock());
        var judgement = Issued.Judge(Issued.Leaf.Pem, stranger.ChainPem + Issued.Middle.ChainPem);
        var warning = AssertWarning(judgement, "NotNeeded", "CertificateChain");
        Assert.Equal("CN=Stranger", warning.Subject);
        Assert.Equal(Issued.Middle.ChainPem, judgement.ChainPem);
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
            AssertError(judgement, "Expired", "Certificate");
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
                AssertWarning(judgement, "NotYetValid", "Certificate");
                break;
            case "error":
                AssertError(judgement, "NotYetValid", "Certificate");
                break;
            default:
                Assert.Empty(judgement.Findings);
                break;
        }
    }

    public static TheoryData<string, Action<CertificateTemplate>> BadAuthorities() =>
        new()
        {
            { "NotAnAuthority", t => t.IsAuthority = false },
            { "NotAnAuthority", t => t.IsAuthority = null },
            { "NotAnAuthority", t => t.Version = 1 },
            { "MayNotIssue", t => t.KeyUsage = X509KeyUsageFlags.DigitalSignature },
            { "MayNotIssue", t => t.KeyUsage = X509KeyUsageFlags.CrlSign },
            { "Expired", t => t.NotAfter = Issued.Now.AddDays(-1) },
            { "NotYetValid", t => t.NotBefore = Issued.Now.AddDays(1) },
            { "WeakSignature", t => t.HashName = "SHA1" },
            { "UnknownCriticalExtension", t => t.ExtraExtensions.Add(new("1.2.3.4", true, new byte[] { 5, 0 })) },
        };

    [Theory]
    [MemberData(nameof(BadAuthorities))]
    public void A_CA_that_may_not_have_issued_it_is_refused(string code, Action<CertificateTemplate> change)
    {
        using var bad = Issued.Root.CreateSubordinate(KeySpec.EcP256, "CN=Bad", change);
        var judgement = Issued.Judge(bad.Issue(Issued.Request).Pem, bad.ChainPem);
        Assert.Equal("CN=Bad", AssertError(judgement, code, "CertificateChain").Subject);
    }

    [Fact]
    public void The_path_length_counts_the_CAs_below_that_are_not_self_issued()
    {
        using var limited = Issued.Root.CreateSubordinate(KeySpec.EcP256, "CN=Limited", t => t.PathLength = 0);
        using var below = limited.CreateSubordinate(KeySpec.EcP256, "CN=Below");
        using var renewed = limited.CreateSubordinate(KeySpec.EcP256, "CN=Limited");
        Assert.Empty(Issued.Judge(limited.Issue(Issued.Request).Pem, limited.ChainPem).Findings);
        AssertError(Issued.Judge(below.Issue(Issued.Request).Pem, below.ChainPem), "PathTooLong", "CertificateChain");
        Assert.Empty(Issued.Judge(renewed.Issue(Issued.Request).Pem, renewed.ChainPem).Findings);
    }

    [Fact]
    public void A_root_may_be_signed_with_SHA_1_and_lack_basic_constraints()
    {
        using var old = TestAuthority.CreateRoot(
            KeySpec.Rsa2048,
            "CN=Old root",
            Issued.Clock(),
            t =>
            {
                t.HashName = "SHA1";
                t.Version = 1;
            }
        );
        AssertWarning(
            Issued.Judge(old.Issue(Issued.Request).Pem, old.ChainPem),
            "NoBasicConstraints",
            "CertificateChain"
        );
    }

    [Fact]
    public void A_certificate_signed_with_SHA_1_is_refused()
    {
        var leaf = Issued.Middle.Issue(Issued.Request, null, t => t.HashName = "SHA1");
        AssertError(Issued.Judge(leaf.Pem, Issued.Middle.ChainPem), "WeakSignature", "Certificate");
        Assert.Equal("ECDSA-SHA1", Issued.Judge(leaf.Pem, Issued.Middle.ChainPem).SignatureAlgorithm);
    }

    [Fact]
    public void A_CA_with_a_short_RSA_key_is_refused()
    {
        using var rsa = RSA.Create(1024);
        var weak = new CertificateRequest("CN=Weak", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        weak.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var root = weak.CreateSelfSigned(Issued.Now.AddDays(-1), Issued.Now.AddDays(100));
        var request = new CertificateRequest(
            new X500DistinguishedName(Issued.Request.Subject.Der.Span),
            new System.Security.Cryptography.X509Certificates.PublicKey(ECDsaOf(Issued.Key)),
            HashAlgorithmName.SHA256
        );
        var signer = X509SignatureGenerator.CreateForRSA(rsa, RSASignaturePadding.Pkcs1);
        using var leaf = request.Create(root.SubjectName, signer, Issued.Now.AddDays(-1), Issued.Now.AddDays(1), [1]);
        AssertError(
            Issued.Judge(leaf.ExportCertificatePem(), root.ExportCertificatePem()),
            "WeakKey",
            "CertificateChain"
        );
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
        Assert.Contains("MD5", AssertError(judgement, "WeakSignature", "Certificate").Reason, StringComparison.Ordinal);
    }

    public static TheoryData<string, Action<CertificateTemplate>> OddLeaves() =>
        new()
        {
            { "IsAuthority", t => t.IsAuthority = true },
            { "NotForSigning", t => t.KeyUsage = X509KeyUsageFlags.KeyEncipherment },
            { "SubjectChanged", t => t.Subject = DistinguishedName.Parse("CN=other") },
            { "AlternativeNamesChanged", t => t.SubjectAlternativeNames.RemoveAt(0) },
            { "AlternativeNamesChanged", t => t.SubjectAlternativeNames.Add("b.example.com") },
        };

    [Theory]
    [MemberData(nameof(OddLeaves))]
    public void What_the_CA_changed_is_a_warning(string code, Action<CertificateTemplate> change) =>
        AssertWarning(
            Issued.Judge(Issued.Middle.Issue(Issued.Request, null, change).Pem, Issued.Middle.ChainPem),
            code,
            "Certificate"
        );

    public static TheoryData<string, Action<CertificateTemplate>> HarmlessLeaves() =>
        new()
        {
            { "no key usage", t => t.KeyUsage = null },
            { "an extended key usage", t => t.ExtendedKeyUsages.Add("1.3.6.1.5.5.7.3.9") },
            { "letter case", t => t.Subject = DistinguishedName.Parse("CN=USERNAME,OU=kms,O=aliyun,C=cn") },
            { "no authority key identifier", t => t.AuthorityKeyIdentifier = null },
            { "another authority key identifier", t => t.AuthorityKeyIdentifier = new byte[] { 1, 2, 3 } },
            { "no subject key identifier", t => t.SubjectKeyIdentifier = null },
            { "serial number 0", t => t.Serial = new byte[] { 0 } },
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
        AssertError(Issued.Judge(leaf.Pem, Issued.Middle.ChainPem), "Precertificate", "Certificate");
    }

    [Fact]
    public void A_cross_signed_CA_leads_to_the_root_that_is_there_and_by_the_shorter_way()
    {
        using var newRoot = TestAuthority.CreateRoot(KeySpec.EcP256, "CN=New root", Issued.Clock());
        using var issuer = newRoot.CreateSubordinate(KeySpec.EcP256, "CN=Cross issuer");
        var leaf = issuer.Issue(Issued.Request);
        var crossSigned = Issued.Root.CrossSign(newRoot);

        var viaOld = Issued.Judge(leaf.Pem, crossSigned.Pem + Issued.Root.Certificate.Pem + issuer.Certificate.Pem);
        Assert.Equal(
            ["CN=Cross issuer", "CN=New root", "CN=Root,O=Test,C=CN"],
            viaOld.Chain.Select(c => c.Subject.ToString()),
            StringComparer.Ordinal
        );
        var both = Issued.Judge(leaf.Pem, crossSigned.Pem + Issued.Root.Certificate.Pem + issuer.ChainPem);
        Assert.Equal(
            ["CN=Cross issuer", "CN=New root"],
            both.Chain.Select(c => c.Subject.ToString()),
            StringComparer.Ordinal
        );
        Assert.True(both.IsAccepted);
    }

    [Fact]
    public void An_expired_way_is_left_for_a_valid_one()
    {
        using var root = TestAuthority.CreateRoot(KeySpec.EcP256, "CN=Renewed root", Issued.Clock());
        var expired = Issued.Root.CrossSign(root, t => t.NotAfter = Issued.Now.AddDays(-1));
        var leaf = root.Issue(Issued.Request);
        var judgement = Issued.Judge(leaf.Pem, expired.Pem + root.ChainPem);
        Assert.True(judgement.IsAccepted);
        Assert.Equal(root.ChainPem, judgement.ChainPem);
    }

    [Fact]
    public void CAs_that_sign_each_other_end_the_search()
    {
        using var one = TestAuthority.CreateRoot(KeySpec.EcP256, "CN=One", Issued.Clock());
        using var two = TestAuthority.CreateRoot(KeySpec.EcP256, "CN=Two", Issued.Clock());
        var judgement = Issued.Judge(one.Issue(Issued.Request).Pem, two.CrossSign(one).Pem + one.CrossSign(two).Pem);
        AssertWarning(judgement, "RootMissing", "CertificateChain");
    }

    [Fact]
    public void A_mesh_of_CAs_with_one_name_is_too_complex()
    {
        var authorities = Enumerable
            .Range(0, 30)
            .Select(_ => TestAuthority.CreateRoot(KeySpec.EcP256, "CN=Same", Issued.Clock()))
            .ToArray();
        var mesh = authorities.SelectMany(one =>
            authorities.Where(other => other != one).Take(8).Select(other => one.CrossSign(other).Pem)
        );
        using var other = TestAuthority.CreateRoot(KeySpec.EcP256, "CN=Same", Issued.Clock());
        var judgement = Issued.Judge(other.Issue(Issued.Request).Pem, string.Concat(mesh));
        Assert.Contains(judgement.Errors, error => error.Code is "TooComplex");
        Array.ForEach(authorities, authority => authority.Dispose());
    }

    [Fact]
    public void The_limits_refuse_before_anything_is_parsed()
    {
        AssertError(Issued.Judge(Issued.Leaf.Pem, new string('x', (1024 * 1024) + 1)), "TooLong", "CertificateChain");
        AssertError(
            Issued.Judge(Issued.Leaf.Pem, string.Concat(Enumerable.Repeat(Issued.Root.Certificate.Pem, 251))),
            "TooManyCertificates",
            "CertificateChain"
        );
    }

    [Fact]
    public void A_private_key_in_either_parameter_is_refused()
    {
        const string Key = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n";
        AssertError(Issued.Judge(Issued.Leaf.Pem + Key, Issued.Middle.ChainPem), "PrivateKeyFound", "Certificate");
        AssertError(Issued.Judge(Issued.Leaf.Pem, Issued.Middle.ChainPem + Key), "PrivateKeyFound", "CertificateChain");
    }

    [Fact]
    public void Another_block_beside_the_certificate_is_a_warning() =>
        AssertWarning(
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
        AssertError(Issued.Judge(PemEncoding.WriteString("CERTIFICATE", trusted), null), "Malformed", "Certificate");
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

    private static Finding AssertWarning(Judgement judgement, string code, string parameter)
    {
        Assert.Empty(judgement.Errors);
        var warning = Assert.Single(judgement.Warnings);
        Assert.Equal((code, parameter), (warning.Code, warning.Parameter));
        return warning;
    }

    private static Finding AssertError(Judgement judgement, string code, string parameter)
    {
        Assert.False(judgement.IsAccepted);
        var error = judgement.Findings[0];
        Assert.Equal((FindingSeverity.Error, code, parameter), (error.Severity, error.Code, error.Parameter));
        return error;
    }

    private static KeySpec Spec(string name) =>
        KeySpec.TryParse(name, out var spec) ? spec : throw new ArgumentException(name, nameof(name));

    private static ECDsa ECDsaOf(PrivateKey key)
    {
        var ecdsa = ECDsa.Create();
        ecdsa.ImportSubjectPublicKeyInfo(key.PublicKey.SubjectPublicKeyInfo.Span, out _);
        return ecdsa;
    }
}
