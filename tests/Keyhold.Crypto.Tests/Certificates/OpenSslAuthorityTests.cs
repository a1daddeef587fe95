using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Keys;
using Keyhold.Crypto.Tests.Algorithms;

namespace Keyhold.Crypto.Tests.Certificates;

/// <summary>The openssl program as the CA: it signs requests made here, and reads certificates made here.</summary>
public class OpenSslAuthorityTests
{
    private const string Identity = "distid:1234567812345678";

    public static TheoryData<string, string> Pairs()
    {
        var pairs = new TheoryData<string, string>();
        foreach (var authority in KeySpec.All)
        {
            foreach (var leaf in KeySpec.All)
            {
                pairs.Add(authority.Name, leaf.Name);
            }
        }
        return pairs;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_certificate_that_OpenSSL_signed_for_a_request_is_accepted(string authoritySpec, string leafSpec)
    {
        using var openssl = new OpenSslProgram();
        using var key = PrivateKey.Generate(Spec(leafSpec));
        var request = SigningRequest.Create(key, SubjectRules.ParseSubject(Issued.Subject), ["a.example.com"]);
        openssl.Write("leaf.csr", request.Pem);
        MakeAuthority(openssl, authoritySpec);
        string[] signing = authoritySpec is "EC_SM2" ? ["-sm3", "-sigopt", Identity] : ["-sha256"];
        string[] verifying = leafSpec is "EC_SM2" ? ["-vfyopt", Identity] : [];
        openssl.Run([
            "x509",
            "-req",
            "-in",
            "leaf.csr",
            "-CA",
            "ca.pem",
            "-CAkey",
            "ca.key",
            "-set_serial",
            "0x0102",
            "-days",
            "30",
            "-copy_extensions",
            "copy",
            "-out",
            "leaf.pem",
            .. signing,
            .. verifying,
        ]);

        var now = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        var leaf = System.Text.Encoding.ASCII.GetString(openssl.Read("leaf.pem"));
        var chain = System.Text.Encoding.ASCII.GetString(openssl.Read("ca.pem"));
        var judgement = Issued.Judge(leaf, chain, request, now);
        Assert.Empty(judgement.Findings);
        Assert.Equal("0102", judgement.Certificate!.SerialHex);
        Assert.Equal(request.Subject.Der.ToArray(), judgement.Certificate.Subject.Der.ToArray());
        Assert.Equal(["a.example.com"], judgement.Certificate.SubjectAlternativeNames);
    }

    [Theory]
    [InlineData("RSA_2048")]
    [InlineData("EC_P256")]
    public void OpenSSL_verifies_a_chain_of_the_test_authority(string spec)
    {
        using var openssl = new OpenSslProgram();
        var clock = Issued.Clock(TimeProvider.System.GetUtcNow());
        using var root = TestAuthority.CreateRoot(Spec(spec), "CN=Root,O=Test,C=CN", clock);
        using var middle = root.CreateSubordinate(Spec(spec), "CN=Middle,O=Test,C=CN", t => t.PathLength = 0);
        openssl.Write("root.pem", root.Certificate.Pem);
        openssl.Write("middle.pem", middle.Certificate.Pem);
        openssl.Write(
            "leaf.pem",
            middle.Issue(Issued.Request, null, t => t.ExtendedKeyUsages.Add("1.3.6.1.5.5.7.3.2")).Pem
        );
        openssl.Run("verify", "-x509_strict", "-CAfile", "root.pem", "-untrusted", "middle.pem", "leaf.pem");
    }

    [Fact]
    public void OpenSSL_verifies_an_SM2_signature_of_the_test_authority()
    {
        // Signature by signature: openssl verify has no way to say the identity for a whole chain.
        using var openssl = new OpenSslProgram();
        using var root = TestAuthority.CreateRoot(KeySpec.EcSm2, "CN=Root,O=Test,C=CN", Issued.Clock());
        openssl.Write("root.pem", root.Certificate.Pem);
        openssl.Write("key.pem", openssl.Run("x509", "-in", "root.pem", "-noout", "-pubkey"));
        foreach (var certificate in new[] { root.Certificate, root.Issue(Issued.Request) })
        {
            openssl.Write("body", certificate.ToBeSigned.ToArray());
            openssl.Write("signature", certificate.Signature.ToArray());
            openssl.Run(
                "pkeyutl",
                "-verify",
                "-pubin",
                "-inkey",
                "key.pem",
                "-rawin",
                "-digest",
                "sm3",
                "-pkeyopt",
                Identity,
                "-in",
                "body",
                "-sigfile",
                "signature"
            );
        }
    }

    private static void MakeAuthority(OpenSslProgram openssl, string spec)
    {
        string[] algorithm = spec switch
        {
            "RSA_2048" => ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
            "EC_P256" => ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
            _ => ["-algorithm", "SM2"],
        };
        openssl.Run(["genpkey", .. algorithm, "-out", "ca.key"]);
        string[] hash = spec is "EC_SM2" ? ["-sm3", "-sigopt", Identity] : ["-sha256"];
        openssl.Run([
            "req",
            "-x509",
            "-new",
            "-key",
            "ca.key",
            "-subj",
            "/C=CN/O=OpenSSL/CN=OpenSSL CA",
            "-days",
            "60",
            "-out",
            "ca.pem",
            .. hash,
        ]);
    }

    private static KeySpec Spec(string name) =>
        KeySpec.TryParse(name, out var spec) ? spec : throw new ArgumentException(name, nameof(name));
}
