using Keyhold.Crypto.Certificates;

namespace Keyhold.Crypto.Tests.Certificates;

/// <summary>Certificates that nobody here made: chains by other programs, and suites of path validation.</summary>
public class CertificateVectorTests
{
    private static readonly DateTimeOffset In2024 = new(2024, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset In2021 = new(2021, 7, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("tongsuo/sm2/server_sign.crt", "tongsuo/sm2/chain-ca.crt", 2)]
    [InlineData("tongsuo/sm2/server_enc.crt", "tongsuo/sm2/chain-ca.crt", 2)]
    [InlineData("tongsuo/sm2/client_sign.crt", "tongsuo/sm2/chain-ca.crt", 2)]
    [InlineData("tongsuo/sm2/client_enc.crt", "tongsuo/sm2/chain-ca.crt", 2)]
    [InlineData("tongsuo/sm2-leaf.crt", "tongsuo/sm2-chain-ca.crt", 2)]
    public void Tongsuo_SM2_chains_verify(string leaf, string chain, int length)
    {
        var judgement = Issued.JudgeAlone(VectorCertificates.Sm2(leaf), VectorCertificates.Sm2(chain), In2024);
        Assert.Empty(judgement.Errors);
        Assert.Equal(length, judgement.Chain.Count);
        Assert.Equal("SM2-SM3", judgement.SignatureAlgorithm);
    }

    [Theory]
    [InlineData("sm2_sign_cert.cer", "SM2_CA.cer", "SM2-SM3")]
    [InlineData("sm2_enc_cert.cer", "SM2_CA.cer", "SM2-SM3")]
    [InlineData("sm2_auth_cert.cer", "SM2_CA.cer", "SM2-SM3")]
    [InlineData("rsa_sign.cer", "RSA_CA.cer", "RSA2048-SHA256")]
    public void Tjfoc_chains_verify(string leaf, string root, string algorithm)
    {
        const string Folder = "tjfoc/gmtls/websvr/certs/";
        var judgement = Issued.JudgeAlone(
            VectorCertificates.Sm2(Folder + leaf),
            // Both CAs have one name: only the key tells which is the issuer.
            VectorCertificates.Sm2(Folder + "SM2_CA.cer")
                + "\n"
                + VectorCertificates.Sm2(Folder + "RSA_CA.cer"),
            In2021
        );
        Assert.Empty(judgement.Errors);
        Assert.Equal(
            VectorCertificates.Sm2(Folder + root).ReplaceLineEndings("\n").Trim(),
            Assert.Single(judgement.Chain).Pem.Trim()
        );
        Assert.Equal(algorithm, judgement.SignatureAlgorithm);
    }

    [Theory]
    [InlineData("tongsuo/sm2/server_sign_expire.crt", "tongsuo/sm2/chain-ca.crt", "Expired")]
    [InlineData("tongsuo/sm2/server_sign2.crt", "tongsuo/sm2/chain-ca.crt", "IssuerMissing")]
    [InlineData("tongsuo/sm2-noza-cert.pem", "tongsuo/sm2-noza-root-cert.pem", "SignatureInvalid")]
    public void SM2_certificates_that_do_not_fit_are_refused(string leaf, string chain, string code)
    {
        var judgement = Issued.JudgeAlone(VectorCertificates.Sm2(leaf), VectorCertificates.Sm2(chain), In2024);
        Assert.Contains(judgement.Errors, error => string.Equals(error.Code, code, StringComparison.Ordinal));
    }

    [Fact]
    public void A_tampered_SM2_certificate_is_refused()
    {
        var leaf = Certificate.Parse(
            PemReader.Read(VectorCertificates.Sm2("tongsuo/sm2/server_sign.crt")).Certificates[0].Der
        );
        var chain = VectorCertificates.Sm2("tongsuo/sm2/chain-ca.crt");
        foreach (var at in new[] { leaf.Der.Length - 1, leaf.Der.Span.IndexOf("server sign"u8) })
        {
            var der = leaf.Der.ToArray();
            der[at] ^= 1;
            var judgement = Issued.JudgeAlone(Certificate.Parse(der).Pem, chain, In2024);
            Assert.Equal("SignatureInvalid", judgement.Findings[0].Code);
        }
    }

    [Fact]
    public void Every_Lets_Encrypt_intermediate_finds_its_way_among_all_the_others()
    {
        var files = VectorCertificates.Archive("letsencrypt-certs.tar.gz");
        var everything = string.Concat(
            files
                .Where(file => !file.Key.Contains("revoked", StringComparison.Ordinal))
                .Select(file => file.Value + "\n")
        );
        var backwards = string.Concat(
            files
                .Where(file => !file.Key.Contains("revoked", StringComparison.Ordinal))
                .Reverse()
                .Select(file => file.Value + "\n")
        );
        var judged = 0;
        foreach (var (_, text) in files.Where(file => file.Key.StartsWith("2024/", StringComparison.Ordinal)))
        {
            var judgement = Issued.JudgeAlone(text, everything, In2024.AddMonths(6));
            var reversed = Issued.JudgeAlone(text, backwards, In2024.AddMonths(6));
            Assert.Empty(judgement.Errors);
            Assert.True(judgement.Chain[^1].IsSelfIssued);
            Assert.Equal(judgement.ChainPem, reversed.ChainPem);
            judged++;
        }
        Assert.Equal(15, judged);
    }

    [Fact]
    public void Odd_certificates_get_a_verdict_or_a_reason()
    {
        foreach (var (file, text) in VectorCertificates.Archive("odd-certificates.tar.gz"))
        {
            var judgement = Issued.JudgeAlone(text, null, In2024);
            Assert.True(judgement.Findings.Count > 0, file);
            Assert.All(
                judgement.Findings,
                finding => Assert.EndsWith(".", finding.ToString(), StringComparison.Ordinal)
            );
        }
    }
}
