using System.Globalization;
using System.Text.Json;
using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Tests.Algorithms;

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

    /// <summary>What x509-limbo refuses for rules that are not judged yet: names in and under constraints, and RFC 5280's letter.</summary>
    private static readonly string[] NotJudgedYet =
    [
        "cve::cve-2025-61727",
        "rfc5280::aki::",
        "rfc5280::nc::",
        "rfc5280::pc::",
        "rfc5280::san::",
        "rfc5280::ski::",
        "rfc5280::ca-empty-subject",
        "rfc5280::ee-critical-aia-invalid",
        "rfc5280::ee-empty-issuer",
        "rfc5280::leaf-ku-keycertsign",
        "rfc5280::root-missing-basic-constraints",
        "rfc5280::root-non-critical-basic-constraints",
        "rfc5280::serial::",
        "pathological::nc-dos",
        // NotBefore may lie five minutes ahead.
        "rfc5280::validity::notbefore-fractional",
        "rfc5280::validity::not-yet-valid-1-second",
        "rfc5280::validity::not-yet-valid-5-seconds",
    ];

    [Fact]
    public void Verdicts_on_x509_limbo_are_the_expected_ones()
    {
        var wrong = new List<string>();
        foreach (var test in VectorCertificates.Limbo().EnumerateArray())
        {
            var id = test.GetProperty("id").GetString()!;
            if (!NotJudgedYet.Any(prefix => id.StartsWith(prefix, StringComparison.Ordinal)))
            {
                var judgement = JudgeLimbo(test);
                // Limbo's path must lead to a trusted certificate; a missing root is only a warning here.
                var trusted = test.GetProperty("trusted_certs");
                var isTrusted =
                    judgement.IsAccepted && judgement.Chain.Any(certificate => IsAmong(trusted, certificate));
                if (isTrusted != test.GetProperty("expected_result").GetString() is "SUCCESS")
                {
                    wrong.Add($"{id}: {string.Join(" ", judgement.Findings)}");
                }
            }
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public void What_x509_limbo_accepts_is_accepted()
    {
        foreach (var test in VectorCertificates.Limbo().EnumerateArray())
        {
            if (test.GetProperty("expected_result").GetString() is "SUCCESS")
            {
                var judgement = JudgeLimbo(test);
                Assert.True(judgement.IsAccepted, $"{test.GetProperty("id")}: {string.Join(" ", judgement.Errors)}");
            }
        }
    }

    [Fact]
    public void Verdicts_on_PKITS_are_the_expected_ones()
    {
        var pkits = SharedVectors.Json("pkits-no-crl.json.gz");
        var certificates = pkits.GetProperty("certs");
        var wrong = new List<string>();
        foreach (var test in pkits.GetProperty("cases").EnumerateArray())
        {
            var number = test.GetProperty("number").GetString()!;
            // DSA is not supported, and name constraints (4.13) are not judged yet.
            if (number is "4.1.4" or "4.1.5" || number.StartsWith("4.13.", StringComparison.Ordinal))
            {
                continue;
            }
            var path = test.GetProperty("certs")
                .EnumerateArray()
                .Select(name => ToPem(certificates.GetProperty(name.GetString()!)))
                .ToArray();
            var judgement = Issued.JudgeAlone(
                path[^1],
                string.Concat(path[..^1]),
                new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero)
            );
            // A path that must not validate because the given issuer is a stranger ends without the root here.
            var isAccepted = judgement.IsAccepted && judgement.Chain.Count == path.Length - 1;
            if (isAccepted != test.GetProperty("should_validate").GetBoolean())
            {
                wrong.Add($"{number} {test.GetProperty("title")}: {string.Join(" ", judgement.Findings)}");
            }
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    private static Judgement JudgeLimbo(JsonElement test)
    {
        string[] chain =
        [
            .. test.GetProperty("untrusted_intermediates").EnumerateArray().Select(pem => pem.GetString()!),
            .. test.GetProperty("trusted_certs").EnumerateArray().Select(pem => pem.GetString()!),
        ];
        var now = test.GetProperty("validation_time").GetString() is { } text
            ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture)
            : Issued.Now;
        return Issued.JudgeAlone(test.GetProperty("peer_certificate").GetString()!, string.Concat(chain), now);
    }

    private static bool IsAmong(JsonElement pems, Certificate certificate) =>
        pems.EnumerateArray()
            .Any(pem => PemReader.Read(pem.GetString()!).Certificates[0].Der.Span.SequenceEqual(certificate.Der.Span));

    private static string ToPem(JsonElement base64) =>
        $"-----BEGIN CERTIFICATE-----\n{base64.GetString()}\n-----END CERTIFICATE-----\n";
}
