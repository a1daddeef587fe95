using System.Text.Json;
using Keyhold.Crypto.Certificates;
using Keyhold.Crypto.Tests.Algorithms;

namespace Keyhold.Crypto.Tests.Certificates;

/// <summary>NIST's PKITS, sections 4.1, 4.2, 4.3, 4.6, 4.13 and 4.16: what needs no revocation list and no policy input.</summary>
public class PkitsTests
{
    private static readonly DateTimeOffset In2024 = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>DSA with SHA-1: SHA-1 is refused in both profiles, and DSA is not supported.</summary>
    private static readonly string[] RefusedOnPurpose = ["4.1.4", "4.1.5"];

    [Theory]
    [InlineData(JudgementProfile.Strict)]
    [InlineData(JudgementProfile.Compatible)]
    public void Verdicts_on_PKITS_are_the_expected_ones(JudgementProfile profile)
    {
        var pkits = SharedVectors.Json("pkits-no-crl.json.gz");
        var certificates = pkits.GetProperty("certs");
        var wrong = new List<string>();
        var count = 0;
        foreach (var test in pkits.GetProperty("cases").EnumerateArray())
        {
            count++;
            var number = test.GetProperty("number").GetString()!;
            var path = test.GetProperty("certs")
                .EnumerateArray()
                .Select(name => ToPem(certificates.GetProperty(name.GetString()!)))
                .ToArray();
            var judgement = Issued.JudgeAnchored(profile, path[^1], path[1..^1], path[..1], In2024);
            if (RefusedOnPurpose.Contains(number, StringComparer.Ordinal))
            {
                Assert.Contains(judgement.Errors, error => error.Code is "WeakSignature");
            }
            else if (judgement.IsAccepted != test.GetProperty("should_validate").GetBoolean())
            {
                wrong.Add($"{number}: {string.Join(" | ", judgement.Errors.Select(e => e.Code + " " + e))}");
            }
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.Equal(80, count);
    }

    private static string ToPem(JsonElement base64) =>
        $"-----BEGIN CERTIFICATE-----\n{base64.GetString()}\n-----END CERTIFICATE-----\n";
}
