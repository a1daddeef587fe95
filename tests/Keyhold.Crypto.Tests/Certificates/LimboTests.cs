using System.Globalization;
using System.Text.Json;
using Keyhold.Crypto.Certificates;

namespace Keyhold.Crypto.Tests.Certificates;

/// <summary>The cases of C2SP/x509-limbo that need no host name, revocation list or depth.</summary>
public class LimboTests
{
    [Fact]
    public void Strict_verdicts_on_x509_limbo_are_all_the_expected_ones()
    {
        var count = 0;
        var wrong = new List<string>();
        foreach (var test in VectorCertificates.Limbo().EnumerateArray())
        {
            count++;
            var judgement = Judge(test, JudgementProfile.Strict);
            if (judgement.IsAccepted != IsExpectedToPass(test))
            {
                wrong.Add(
                    $"{test.GetProperty("id")}: {string.Join(" | ", judgement.Errors.Select(e => e.Code + " " + e))}"
                );
            }
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.Equal(117, count);
    }

    [Fact]
    public void Compatible_verdicts_differ_only_by_rules_on_which_the_profiles_differ()
    {
        var differing = 0;
        foreach (var test in VectorCertificates.Limbo().EnumerateArray())
        {
            var judgement = Judge(test, JudgementProfile.Compatible);
            if (judgement.IsAccepted == IsExpectedToPass(test))
            {
                continue;
            }
            Assert.True(judgement.IsAccepted, $"{test.GetProperty("id")}: {string.Join(" ", judgement.Errors)}");
            var reasons = Judge(test, JudgementProfile.Strict).Errors.Select(error => error.Code).ToArray();
            Assert.All(reasons, code => Assert.NotEqual(FindingSeverity.Error, JudgementRules.Find(code).Compatible));
            differing++;
        }
        Assert.Equal(21, differing);
    }

    [Fact]
    public void What_x509_limbo_accepts_is_accepted_without_anchors_too()
    {
        foreach (var test in VectorCertificates.Limbo().EnumerateArray().Where(IsExpectedToPass))
        {
            string[] chain = [.. Pems(test, "untrusted_intermediates"), .. Pems(test, "trusted_certs")];
            var judgement = Issued.JudgeAlone(
                test.GetProperty("peer_certificate").GetString()!,
                string.Concat(chain),
                TimeOf(test)
            );
            Assert.True(judgement.IsAccepted, $"{test.GetProperty("id")}: {string.Join(" ", judgement.Errors)}");
        }
    }

    private static Judgement Judge(JsonElement test, JudgementProfile profile) =>
        Issued.JudgeAnchored(
            profile,
            test.GetProperty("peer_certificate").GetString()!,
            Pems(test, "untrusted_intermediates"),
            Pems(test, "trusted_certs"),
            TimeOf(test)
        );

    private static bool IsExpectedToPass(JsonElement test) =>
        test.GetProperty("expected_result").GetString() is "SUCCESS";

    private static DateTimeOffset TimeOf(JsonElement test) =>
        test.GetProperty("validation_time").GetString() is { } text
            ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture)
            : Issued.Now;

    private static string[] Pems(JsonElement test, string name) =>
        [.. test.GetProperty(name).EnumerateArray().Select(pem => pem.GetString()!)];
}
