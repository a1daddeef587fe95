using Keyhold.Protocol;
using Keyhold.Protocol.Rpc;
using Keyhold.Server.Audit;
using Keyhold.Server.Pipeline;
using Keyhold.Server.Tests.Operations;

namespace Keyhold.Server.Tests.Audit;

/// <summary>What a request's event says, whatever comes of the request, and what happens when it cannot be written.</summary>
public class RequestAuditTests : OperationTest
{
    [Fact]
    public async Task An_event_has_the_shape_of_ActionTrail()
    {
        var (id, _) = await Scenario.CreateAsync();
        (await Keyhold.CallAsync("UpdateCertificateStatus", ("CertificateId", id), ("Status", "REVOKED"))).Refused(
            409,
            "Rejected.StateModifiedFailed"
        );
        var refused = Keyhold.Events()[^1];
        Assert.Equal("ApiCall", refused.Text("eventType"));
        Assert.Equal(1, refused.Number("eventVersion"));
        Assert.Equal("127.0.0.1:8710", refused.Text("eventSource"));
        Assert.Equal("UpdateCertificateStatus", refused.Text("eventName"));
        Assert.Equal("2026-11-24T12:00:00.000Z", refused.Text("eventTime"));
        Assert.Equal("Write", refused.Text("eventRW"));
        Assert.Equal("Kms", refused.Text("serviceName"));
        Assert.Equal("2016-01-20", refused.Text("apiVersion"));
        Assert.Equal("cn-hangzhou", refused.Text("acsRegion"));
        Assert.Equal("REVOKED", refused.Text("requestParameters", "Status"));
        Assert.Equal([id], refused.ResourceIds);
    }

    [Fact]
    public async Task A_long_value_is_cut_and_has_its_hash()
    {
        await Scenario.ActiveAsync();
        var shown = Keyhold
            .Events()
            .Single(each => each.Name == "UploadCertificate")
            .Text("requestParameters", "Certificate");
        Assert.Matches(@"^-----BEGIN CERTIFICATE-----\n.{36}\.\.\. \(\d+ characters, sha256 [0-9a-f]{64}\)$", shown);
    }

    [Fact]
    public async Task A_policy_document_of_the_longest_size_appears_whole()
    {
        const string document =
            "{\"Version\":\"1\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"kms:*\",\"Resource\":\"*\"}]}";
        var longest = document + new string(' ', 6144 - document.Length);
        (await Keyhold.CallAsync("CreatePolicy", ("PolicyName", "p"), ("PolicyDocument", longest))).Ok();
        Assert.Equal(longest, Keyhold.Events()[^1].Text("requestParameters", "PolicyDocument"));
    }

    [Fact]
    public async Task A_withheld_parameter_has_its_name_alone_and_an_unknown_one_nothing()
    {
        await Keyhold.CallAsync("ExportCertificate", ("Passphrase", "p"), ("Other", "o"));
        var parameters = Keyhold.Events()[^1];
        Assert.Equal(RequestEvent.Withheld, parameters.Text("requestParameters", "Passphrase"));
        Assert.Null(parameters.Text("requestParameters", "Other"));
    }

    [Theory]
    [InlineData("KHnobody", KeyholdUnderTest.Secret, "InvalidAccessKeyId.NotFound")]
    [InlineData(KeyholdUnderTest.AccessKeyId, "wrong", "SignatureDoesNotMatch")]
    public async Task A_caller_who_is_not_proven_is_unknown_and_tells_no_parameters(
        string key,
        string secret,
        string code
    )
    {
        await Keyhold.CallAsync(key, secret, "DeleteCertificate", ("CertificateId", Scenario.OtherId));
        var refused = Keyhold.Events()[^1];
        Assert.Equal((code, key), (refused.ErrorCode, refused.AccessKeyId));
        Assert.Equal("unknown", refused.Text("userIdentity", "type"));
        Assert.Equal("DeleteCertificate", refused.Name);
        Assert.DoesNotContain(Scenario.OtherId, refused.Json, StringComparison.Ordinal);
        Assert.True(refused.Text("errorMessage")!.Length < 200);
    }

    [Fact]
    public async Task What_is_no_request_at_all_is_an_event_of_bounded_size()
    {
        var incoming = new IncomingRequest(
            "PATCH",
            "/" + new string('x', 10_000),
            new RequestHeaders([
                new("Host", new string('h', 10_000)),
                new("User-Agent", new string('u', 10_000)),
                new("x-acs-action", new string('a', 10_000)),
            ]),
            ReadOnlyMemory<byte>.Empty,
            new RequestOrigin(System.Net.IPAddress.IPv6Loopback, IsSecure: true)
        );
        var reply = await Keyhold.Parts.Dispatcher.DispatchAsync(incoming, CancellationToken.None);
        var large = await Keyhold.Replies.RefuseAsync(incoming, ErrorCodes.RequestTooLarge, message: null);
        var events = Keyhold.Events();
        Assert.Equal([reply.ErrorCode, large.ErrorCode], events.Skip(events.Count - 2).Select(each => each.ErrorCode));
        Assert.All(events, each => Assert.True(each.Json.Length < 4096));
        Assert.Equal("::1", events[^1].SourceIpAddress);
    }

    [Fact]
    public async Task Control_characters_and_broken_texts_stay_within_one_line()
    {
        await Keyhold.CallAsync("DescribeCertificate", ("CertificateId", "a\nb\u2028\u0000\r\"}\\"));
        await Keyhold.CallAsync("ListCertificates", ("Subject", "ü中\ud800"));
        Assert.Equal("a\nb\u2028\u0000\r\"}\\", Keyhold.Events()[^2].Text("requestParameters", "CertificateId"));
        Assert.StartsWith("ü中", Keyhold.Events()[^1].Text("requestParameters", "Subject"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Using_a_private_key_outside_its_validity_is_flagged()
    {
        var (id, _, _) = await Scenario.ActiveAsync();
        Keyhold.Time.Advance(TimeSpan.FromDays(1000));
        (
            await Keyhold.CallAsync(
                "CertificatePrivateKeySign",
                ("CertificateId", id),
                ("Algorithm", "ECDSA_SHA_256"),
                ("Message", Scenario.Base64("m"))
            )
        ).Ok();
        Assert.Contains("\"outsideValidity\":true", Keyhold.Events()[^1].Json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_leaves_no_intent_behind_once_its_event_is_written()
    {
        await Scenario.CreateAsync();
        await Keyhold.Trail.TickAsync();
        Assert.Equal(0L, Intents());
    }

    [Fact]
    public async Task What_cannot_be_recorded_is_refused_and_afterwards_nothing_is_even_tried()
    {
        var (id, _) = await Scenario.CreateAsync();
        BreakTrail();

        // The first one finds out: it is done, and its event is owed.
        (await Keyhold.CallAsync("UpdateCertificateStatus", ("CertificateId", id), ("Status", "INACTIVE"))).Refused(
            503,
            "ServiceUnavailableTemporary"
        );
        Assert.Contains("The audit trail cannot be written", Keyhold.Log.Text, StringComparison.Ordinal);
        (await Keyhold.CallAsync("DeleteCertificate", ("CertificateId", id))).Refused(
            503,
            "ServiceUnavailableTemporary"
        );
        (await Keyhold.CallAsync("DescribeRegions")).Refused(503, "ServiceUnavailableTemporary");

        MendTrail();
        (await Scenario.DescribeAsync(id)).Ok();
    }

    [Fact]
    public async Task A_change_whose_event_could_not_be_written_gets_one_when_it_can()
    {
        BreakTrail();
        (await Keyhold.CallAsync("CreateAccessKey")).Refused(503, "ServiceUnavailableTemporary");
        MendTrail();
        (await Keyhold.CallAsync("ListAccessKeys")).Ok();
        await Keyhold.Trail.TickAsync();

        var made = Assert.Single(Keyhold.Events(), each => each.Name == "CreateAccessKey");
        Assert.True(made.IsAnswerUnknown);
        Assert.Equal(0L, Intents());
    }

    private long Intents() =>
        (long)
            Storage.TemporaryDatabase.RawValue(
                Path.Combine(Keyhold.DataFolder, "keyhold.db"),
                "SELECT COUNT(*) FROM audit_intents"
            )!;

    /// <summary>Ends the open segment, and lets no other begin.</summary>
    private void BreakTrail()
    {
        Keyhold.Time.Advance(TimeSpan.FromHours(25));
        Keyhold.Trail.TickAsync().GetAwaiter().GetResult();
        var folder = Path.Combine(Keyhold.DataFolder, "audit");
        Directory.Move(folder, folder + "-away");
        File.WriteAllText(folder, "");
    }

    private void MendTrail()
    {
        var folder = Path.Combine(Keyhold.DataFolder, "audit");
        File.Delete(folder);
        Directory.Move(folder + "-away", folder);
    }
}
