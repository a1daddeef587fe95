using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Keys;

namespace Keyhold.Crypto.Tests.Certificates;

/// <summary>How the way to the root is found and what must hold on it.</summary>
public class CertificatePathTests
{
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

    [Fact]
    public void A_missing_root_is_a_warning()
    {
        var judgement = Issued.Judge(Issued.Leaf.Pem, Issued.Middle.Certificate.Pem);
        JudgementAssert.OneWarning(judgement, "RootMissing", "CertificateChain");
        Assert.Single(judgement.Chain);
    }

    [Fact]
    public void A_missing_issuer_is_an_error_that_names_it_and_where_it_is()
    {
        var leaf = Issued.Middle.Issue(Issued.Request, null, t => t.IssuerUrl = "http://ca.example.com/middle.crt");
        var error = JudgementAssert.FirstError(
            Issued.Judge(leaf.Pem, Issued.Root.Certificate.Pem),
            "IssuerMissing",
            "CertificateChain"
        );
        Assert.Contains("CN=Middle", error.Remedy, StringComparison.Ordinal);
        Assert.Contains("http://ca.example.com/middle.crt", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chain_of_only_the_certificate_itself_lacks_the_issuer() =>
        JudgementAssert.FirstError(Issued.Judge(Issued.Leaf.Pem, Issued.Leaf.Pem), "IssuerMissing", "CertificateChain");

    [Theory]
    [InlineData("CN=M\u00fcller  CA", "CN=mu\u0308ller ca", true)]
    [InlineData("CN=\u4e2d\u56fd CA", "CN=\u4e2d\u56fd\u3000\uff23\uff21", true)]
    [InlineData("CN=M\u00fcller CA", "CN=Muller CA", false)]
    [InlineData("CN=CA \ue000", "CN=ca \ue000", false)]
    public void An_issuer_is_found_by_its_name_however_it_is_spelled(string subject, string issuer, bool isFound)
    {
        using var authority = Issued.Root.CreateSubordinate(KeySpec.EcP256, subject);
        var leaf = authority.Issue(Issued.Request, null, t => t.Issuer = DistinguishedName.Parse(issuer));
        var judgement = Issued.Judge(leaf.Pem, authority.ChainPem);
        Assert.Equal(isFound, judgement.IsAccepted);
        Assert.Equal(isFound ? 3 : 1, judgement.Path.Count);
    }

    [Fact]
    public void An_impostor_with_the_same_name_and_key_identifier_is_refused()
    {
        using var impostor = Issued.Root.CreateSubordinate(
            KeySpec.EcP256,
            Issued.Middle.Certificate.Subject.ToString(),
            t => t.SubjectKeyIdentifier = Issued.Middle.Certificate.SubjectKeyIdentifier
        );
        JudgementAssert.FirstError(
            Issued.Judge(Issued.Leaf.Pem, impostor.ChainPem),
            "SignatureInvalid",
            "CertificateChain"
        );
        var both = Issued.Judge(Issued.Leaf.Pem, impostor.ChainPem + Issued.Middle.ChainPem);
        JudgementAssert.OneWarning(both, "NotNeeded", "CertificateChain");
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
        JudgementAssert.FirstError(
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
        JudgementAssert.FirstError(
            Issued.Judge(Issued.Leaf.Pem, Issued.Middle.Certificate.Pem + changed.Pem),
            "SignatureInvalid",
            "CertificateChain"
        );
    }

    [Fact]
    public void Strangers_are_dropped_and_named()
    {
        using var stranger = TestAuthority.CreateRoot(KeySpec.EcP256, "CN=Stranger", Issued.Clock());
        var judgement = Issued.Judge(Issued.Leaf.Pem, stranger.ChainPem + Issued.Middle.ChainPem);
        var warning = JudgementAssert.OneWarning(judgement, "NotNeeded", "CertificateChain");
        Assert.Equal("CN=Stranger", warning.Subject);
        Assert.Equal(Issued.Middle.ChainPem, judgement.ChainPem);
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
        Assert.Equal("CN=Bad", JudgementAssert.FirstError(judgement, code, "CertificateChain").Subject);
    }

    [Fact]
    public void The_path_length_counts_the_CAs_below_that_are_not_self_issued()
    {
        using var limited = Issued.Root.CreateSubordinate(KeySpec.EcP256, "CN=Limited", t => t.PathLength = 0);
        using var below = limited.CreateSubordinate(KeySpec.EcP256, "CN=Below");
        using var renewed = limited.CreateSubordinate(KeySpec.EcP256, "CN=Limited");
        Assert.Empty(Issued.Judge(limited.Issue(Issued.Request).Pem, limited.ChainPem).Findings);
        JudgementAssert.FirstError(
            Issued.Judge(below.Issue(Issued.Request).Pem, below.ChainPem),
            "PathTooLong",
            "CertificateChain"
        );
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
        JudgementAssert.OneWarning(
            Issued.Judge(old.Issue(Issued.Request).Pem, old.ChainPem),
            "NoBasicConstraints",
            "CertificateChain"
        );
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
        JudgementAssert.FirstError(
            Issued.Judge(leaf.ExportCertificatePem(), root.ExportCertificatePem()),
            "WeakKey",
            "CertificateChain"
        );
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
        JudgementAssert.OneWarning(judgement, "RootMissing", "CertificateChain");
    }

    [Fact]
    public void A_path_without_end_is_too_complex()
    {
        var authorities = new List<TestAuthority> { TestAuthority.CreateRoot(KeySpec.EcP256, "CN=0", Issued.Clock()) };
        for (var i = 1; i < 20; i++)
        {
            authorities.Add(authorities[^1].CreateSubordinate(KeySpec.EcP256, $"CN={i}"));
        }
        Assert.True(Issued.Judge(authorities[13].Issue(Issued.Request).Pem, authorities[13].ChainPem).IsAccepted);
        JudgementAssert.FirstError(
            Issued.Judge(authorities[^1].Issue(Issued.Request).Pem, authorities[^1].ChainPem),
            "TooComplex",
            "CertificateChain"
        );
        authorities.ForEach(authority => authority.Dispose());
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

    private static ECDsa ECDsaOf(PrivateKey key)
    {
        var ecdsa = ECDsa.Create();
        ecdsa.ImportSubjectPublicKeyInfo(key.PublicKey.SubjectPublicKeyInfo.Span, out _);
        return ecdsa;
    }

    public static TheoryData<string, string, string> Mixes()
    {
        var data = new TheoryData<string, string, string>();
        foreach (var root in KeySpec.All)
        {
            foreach (var middle in KeySpec.All)
            {
                foreach (var leaf in KeySpec.All)
                {
                    data.Add(root.Name, middle.Name, leaf.Name);
                }
            }
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Mixes))]
    public void RSA_EC_and_SM2_mix_freely_and_tampering_shows(string rootSpec, string middleSpec, string leafSpec)
    {
        using var root = TestAuthority.CreateRoot(Spec(rootSpec), "CN=Mixed root", Issued.Clock());
        using var middle = root.CreateSubordinate(Spec(middleSpec), "CN=Mixed middle");
        using var key = PrivateKey.Generate(Spec(leafSpec));
        var request = SigningRequest.Create(key, SubjectRules.ParseSubject(Issued.Subject), ["a.example.com"]);
        var leaf = middle.Issue(request);
        Assert.Empty(Issued.Judge(leaf.Pem, root.Certificate.Pem + middle.Certificate.Pem, request).Findings);
        foreach (var certificate in new[] { leaf, middle.Certificate, root.Certificate })
        {
            var der = certificate.Der.ToArray();
            der[^3] ^= 1;
            var changed = Certificate.Parse(der).Pem;
            string[] pems = [leaf.Pem, middle.Certificate.Pem, root.Certificate.Pem];
            pems[Array.IndexOf(pems, certificate.Pem)] = changed;
            Assert.Contains(
                Issued.Judge(pems[0], pems[2] + pems[1], request).Errors,
                error => error.Code is "SignatureInvalid"
            );
        }
    }

    private static KeySpec Spec(string name) =>
        KeySpec.TryParse(name, out var spec) ? spec : throw new ArgumentException(name, nameof(name));
}
