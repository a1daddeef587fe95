using System.Globalization;
using System.Text.Json;
using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Tests.Algorithms;

namespace Keyhold.Crypto.Tests.Certificates;

/// <summary>The 196 cases of OpenSSL's own test of <c>openssl verify</c>.</summary>
public class OpenSslVerifyTests
{
    private static readonly string[] PurposeWords =
    [
        "purpose",
        "trust",
        "mistrust",
        "rejected EKU",
        "timestampsign",
        "codesign",
        "as code sign",
    ];

    /// <summary>What is decided otherwise here, with the reason; every other case must come out as OpenSSL expects.</summary>
    private static readonly Dictionary<string, string> DecidedOtherwise = new(StringComparer.Ordinal)
    {
        ["fail untrusted partial chain"] = "without anchors any end is good",
        ["fail untrusted partial issuer with ignored server trust"] = "without anchors any end is good",
        ["accept proxy cert 1"] = "proxy certificates (RFC 3820) are not supported",
        ["accept proxy cert 2"] = "proxy certificates (RFC 3820) are not supported",
        ["accept proxy cert missing proxy policy"] = "proxy certificates (RFC 3820) are not supported",
        ["reject RSA 2048 root at auth level 3"] = "there is one level of strength: RSA 2048",
        ["accept RSA 768 root at auth level 0"] = "there is one level of strength: RSA 2048",
        ["accept RSA 768 intermediate at auth level 0"] = "there is one level of strength: RSA 2048",
        ["accept RSA 768 leaf at auth level 0"] = "there is one level of strength: RSA 2048",
        ["accept md5 intermediate at auth level 0"] = "MD5 is always refused",
        ["accept md5 leaf at auth level 0"] = "MD5 is always refused",
        ["Accept PSS signature using SHA1 at auth level 0"] = "SHA-1 is always refused",
        ["reject chain with verify_depth 0"] = "the depth cannot be chosen",
        ["fail trusted Ed25519-signed self-issued X25519 cert"] = "an anchor need not be a root",
        ["SM2 without Za test"] = "SM2 signatures always cover the identity (GM/T 0009)",
        ["Bad certificate policy"] = "a particular policy cannot be asked for",
        ["Name constraints bad othername name constraint"] =
            "OpenSSL wants the exit code of a refusal here, which the vectors take for success",
        ["failed proxy cert where last CN was added as a multivalue RDN component"] =
            "its certificate is not among the vectors",
    };

    [Fact]
    public void Verdicts_are_those_that_OpenSSL_expects_where_its_options_map()
    {
        var suite = SharedVectors.Json("openssl-verify.json.gz");
        var certificates = suite.GetProperty("pem");
        var wrong = new List<string>();
        var otherwise = new HashSet<string>(StringComparer.Ordinal);
        var (count, byPurpose) = (0, 0);
        foreach (var test in suite.GetProperty("cases").EnumerateArray())
        {
            count++;
            var title = test.GetProperty("title").GetString()!;
            var judgement = certificates.TryGetProperty(test.GetProperty("cert").GetString()!, out _)
                ? Judge(test, certificates)
                : null;
            var isExpected = judgement?.IsAccepted == test.GetProperty("expect").GetString() is "ok";
            if (isExpected)
            {
                continue;
            }
            if (DecidedOtherwise.ContainsKey(title))
            {
                otherwise.Add(title);
            }
            else if (judgement!.IsAccepted && IsAboutPurpose(test))
            {
                byPurpose++;
            }
            else
            {
                wrong.Add($"{title}: {string.Join(" | ", judgement.Errors)}");
            }
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.Equal(196, count);
        Assert.Equal(DecidedOtherwise.Keys.Order(), otherwise.Order());
        Assert.Equal(47, byPurpose);
    }

    /// <summary>Extended key usage, and OpenSSL's own trust settings by purpose, are not judged: certificates refused only for them pass.</summary>
    private static bool IsAboutPurpose(JsonElement test) =>
        test.GetProperty("purpose").GetString() is not ""
        && PurposeWords.Any(word => test.GetProperty("title").GetString()!.Contains(word, StringComparison.Ordinal));

    private static Judgement Judge(JsonElement test, JsonElement certificates)
    {
        var options = test.GetProperty("options").EnumerateArray().Select(option => option.GetString()!).ToArray();
        var at = Array.IndexOf(options, "-attime");
        return Issued.JudgeAnchored(
            options.Contains("-x509_strict", StringComparer.Ordinal)
                ? JudgementProfile.Strict
                : JudgementProfile.Compatible,
            certificates.GetProperty(test.GetProperty("cert").GetString()!).GetString()!,
            Texts("untrusted"),
            Texts("trusted"),
            at < 0
                ? Issued.Now
                : DateTimeOffset.FromUnixTimeSeconds(long.Parse(options[at + 1], CultureInfo.InvariantCulture))
        );

        string[] Texts(string name) =>
            [
                .. test.GetProperty(name)
                    .EnumerateArray()
                    .Select(file => certificates.GetProperty(file.GetString()!).GetString()!),
            ];
    }
}
