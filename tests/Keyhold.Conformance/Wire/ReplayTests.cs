using Keyhold.Conformance.Clients;

namespace Keyhold.Conformance.Wire;

/// <summary>Clock and replay: fifteen minutes, and no request twice.</summary>
public sealed class ReplayTests(ConformanceFixture conformance)
{
    [Theory]
    [InlineData("V1")]
    [InlineData("V3")]
    public async Task A_request_sent_twice_is_refused_the_second_time(string scheme)
    {
        var signed = await conformance.Api().SignAsync(new Draft("DescribeRegions") { Scheme = scheme });
        await AnsweredAsync(signed, 200);
        var refusal = await AnsweredAsync(signed, 400, "SignatureNonceUsed");
        Assert.StartsWith("Specified signature nonce was used already.", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("V1", "SignatureNonce")]
    [InlineData("V3", "x-acs-signature-nonce")]
    public async Task A_nonce_in_another_request_is_refused_too(string scheme, string name)
    {
        var nonce = $"conformance {scheme} 0.5";
        await AnsweredAsync(await SignAsync(scheme, "DescribeRegions", (name, nonce)), 200);
        await AnsweredAsync(await SignAsync(scheme, "ListCertificates", (name, nonce)), 400, "SignatureNonceUsed");
    }

    [Theory]
    [InlineData("V1", "SignatureNonce")]
    [InlineData("V3", "x-acs-signature-nonce")]
    public async Task A_wrong_signature_does_not_burn_the_nonce(string scheme, string name)
    {
        var draft = new Draft("DescribeRegions") { Scheme = scheme, Common = [(name, $"not burned {scheme}")] };
        var forged = await conformance.Api().SignAsync(draft with { AccessKeySecret = "wrong" });
        await AnsweredAsync(forged, 400, "SignatureDoesNotMatch");
        await AnsweredAsync(await conformance.Api().SignAsync(draft), 200);
    }

    [Fact]
    public async Task Two_access_keys_may_use_the_same_nonce()
    {
        var api = conformance.Api();
        var created = (await api.CallAsync("CreateAccessKey")).GetProperty("AccessKey");
        var draft = new Draft("DescribeRegions") { Common = [("x-acs-signature-nonce", "shared by two keys")] };
        await AnsweredAsync(await api.SignAsync(draft), 200);
        var theirs = draft with
        {
            AccessKeyId = created.Text("AccessKeyId"),
            AccessKeySecret = created.Text("AccessKeySecret"),
        };
        await AnsweredAsync(await api.SignAsync(theirs), 200);
        await api.CallAsync("DeleteAccessKey", ("UserAccessKeyId", created.Text("AccessKeyId")));
    }

    [Fact]
    public async Task Without_a_nonce_a_reading_V1_request_may_repeat()
    {
        var signed = await SignAsync("V1", "DescribeRegions", ("SignatureNonce", null));
        await AnsweredAsync(signed, 200);
        await AnsweredAsync(signed, 200);
    }

    [Fact]
    public async Task Without_a_nonce_a_changing_V1_request_may_not_repeat()
    {
        var draft = new Draft(
            "CreateCertificate",
            ("KeySpec", Specs.P256),
            ("Subject", HostedCertificate.SubjectOf("replayed"))
        )
        {
            Scheme = "V1",
            Common = [("SignatureNonce", null)],
        };
        var signed = await conformance.Api().SignAsync(draft);
        await AnsweredAsync(signed, 200);
        await AnsweredAsync(signed, 400, "SignatureNonceUsed");
    }

    [Theory]
    [InlineData("V1", "Timestamp", -16)]
    [InlineData("V1", "Timestamp", 16)]
    [InlineData("V3", "x-acs-date", -16)]
    [InlineData("V3", "x-acs-date", 16)]
    public async Task A_stale_or_hasty_clock_is_refused(string scheme, string name, int minutes)
    {
        var refusal = await AnsweredAsync(
            await SignAsync(scheme, "DescribeRegions", (name, TimestampIn(minutes))),
            400,
            "InvalidTimeStamp.Expired"
        );
        Assert.StartsWith("Specified time stamp or date value is expired.", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("V1", "Timestamp", -14)]
    [InlineData("V1", "Timestamp", 14)]
    [InlineData("V3", "x-acs-date", -14)]
    [InlineData("V3", "x-acs-date", 14)]
    public async Task A_clock_within_fifteen_minutes_is_accepted(string scheme, string name, int minutes) =>
        await AnsweredAsync(await SignAsync(scheme, "DescribeRegions", (name, TimestampIn(minutes))), 200);

    [Theory]
    [InlineData("V1", "Timestamp")]
    [InlineData("V3", "x-acs-date")]
    public async Task A_timestamp_in_another_form_is_refused(string scheme, string name)
    {
        foreach (var text in (string[])["yesterday", "1700000000", "2026-13-01T00:00:00Z", "2026-01-01 00:00:00"])
        {
            var signed = await SignAsync(scheme, "DescribeRegions", (name, text));
            await AnsweredAsync(signed, 400, "InvalidTimeStamp.Format");
        }
    }

    [Theory]
    [InlineData("V1", "Timestamp")]
    [InlineData("V3", "x-acs-date")]
    public async Task A_missing_timestamp_is_refused(string scheme, string name) =>
        await AnsweredAsync(await SignAsync(scheme, "DescribeRegions", (name, null)), 400, "IllegalTimestamp");

    private Task<SignedRequest> SignAsync(string scheme, string action, (string Name, string? Value) common) =>
        conformance.Api().SignAsync(new Draft(action) { Scheme = scheme, Common = [common] });

    private async Task<Refusal> AnsweredAsync(SignedRequest request, int status, string code = "")
    {
        var answer = await conformance.Api().SendAsync(request);
        Assert.True(answer.Status == status, $"expected {status} {code}, got {answer.Status}: {answer.Body}");
        var refusal = Refusal.FromHttp(answer);
        Assert.Equal(code, refusal.Code);
        return refusal;
    }

    private static string TimestampIn(int minutes) =>
        TimeProvider.System.GetUtcNow().AddMinutes(minutes).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null);
}
