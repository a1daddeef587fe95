using System.Net;
using Keyhold.Server.Hosting;
using Keyhold.Server.Limits;
using Keyhold.Server.Tests.Hosting;

namespace Keyhold.Server.Tests.Limits;

/// <summary>Limits as clients meet them, through real sockets.</summary>
public sealed class ThrottleTests
{
    private const string WrongSecret = "wrong";

    [Fact]
    public async Task A_source_that_asks_too_often_is_told_so_and_when_to_come_back()
    {
        await using var door = await DoorUnderTest.StartAsync(options => options with { LimitPerSource = 2 });
        var client = door.ClientFrom("127.0.0.2");
        for (var request = 0; request < 4; request++)
        {
            Assert.Equal("OK", (await door.CallAsync(client)).Code);
        }

        var refused = await door.CallAsync(client);
        Assert.Equal(429, refused.Status);
        Assert.Equal("Rejected.Throttling", refused.Code);
        Assert.StartsWith("QPS Limit Exceeded", refused.Message, StringComparison.Ordinal);
        Assert.Contains("--limit-per-source", refused.Message, StringComparison.Ordinal);
        Assert.Equal("1000", refused.Headers.GetValues("x-acs-retry-after").Single());
        Assert.Equal("1", refused.Headers.GetValues("Retry-After").Single());

        Assert.Equal("OK", (await door.CallAsync(door.ClientFrom("127.0.0.3"))).Code);
        door.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("OK", (await door.CallAsync(client)).Code);
    }

    [Fact]
    public async Task An_access_key_that_asks_too_often_is_refused_from_everywhere()
    {
        await using var door = await DoorUnderTest.StartAsync(options => options with { LimitPerKey = 1 });
        Assert.Equal("OK", (await door.CallAsync(door.ClientFrom("127.0.0.2"))).Code);
        Assert.Equal("OK", (await door.CallAsync(door.ClientFrom("127.0.0.3"))).Code);

        var refused = await door.CallAsync(door.ClientFrom("127.0.0.4"));
        Assert.Equal(429, refused.Status);
        Assert.Contains("--limit-per-key", refused.Message, StringComparison.Ordinal);
        Assert.Equal("1000", refused.Headers.GetValues("x-acs-retry-after").Single());
    }

    [Fact]
    public async Task A_stranger_does_not_use_up_the_tokens_of_an_access_key()
    {
        await using var door = await DoorUnderTest.StartAsync(options => options with { LimitPerKey = 1 });
        var stranger = door.ClientFrom("127.0.0.2");
        for (var request = 0; request < 10; request++)
        {
            Assert.Equal("SignatureDoesNotMatch", (await door.CallAsync(stranger, WrongSecret)).Code);
        }

        Assert.Equal("OK", (await door.CallAsync(door.ClientFrom("127.0.0.3"))).Code);
    }

    [Fact]
    public async Task Health_is_told_to_a_source_without_tokens()
    {
        await using var door = await DoorUnderTest.StartAsync(options => options with { LimitPerSource = 1 });
        var client = door.ClientFrom("127.0.0.2");
        while ((await door.CallAsync(client)).Status != 429)
        {
            // Until the bucket is empty.
        }

        using var health = await client.GetAsync(new Uri(door.Url, "/health/ready"));
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Failed_signatures_are_answered_late_after_some_and_the_good_ones_beside_them_at_once(
        bool keyIsUnknown
    )
    {
        await using var door = await DoorUnderTest.StartAsync(options => options);
        var guesser = door.ClientFrom("127.0.0.2");
        var expected = keyIsUnknown ? "InvalidAccessKeyId.NotFound" : "SignatureDoesNotMatch";
        var accessKeyId = keyIsUnknown ? "nobody" : KeyholdUnderTest.AccessKeyId;
        for (var failure = 0; failure < FailedSignatures.FreeFailures; failure++)
        {
            Assert.Equal(expected, (await door.CallAsync(guesser, WrongSecret, accessKeyId)).Code);
        }

        var late = door.CallAsync(guesser, WrongSecret, accessKeyId);
        Assert.Equal("OK", (await door.CallAsync(guesser)).Code);
        Assert.Equal("OK", (await door.CallAsync(door.ClientFrom("127.0.0.3"))).Code);
        Assert.False(late.IsCompleted);
        while (!late.IsCompleted)
        {
            door.Time.Advance(FailedSignatures.Delay);
            await Task.Yield();
        }

        Assert.Equal(expected, (await late).Code);
    }

    [Fact]
    public async Task A_stranger_who_sends_without_end_is_turned_away_and_leaves_no_more_events()
    {
        await using var door = await DoorUnderTest.StartAsync(options => options);
        var stranger = door.ClientFrom("127.0.0.2");
        var codes = new List<string>();
        for (var request = 0; request < 200; request++)
        {
            codes.Add((await door.AskAsync(stranger, "NoSuchAction")).Code);
        }

        Assert.Equal(100, codes.Count(code => code == "InvalidAction.NotFound"));
        Assert.Equal(100, codes.Count(code => code == "Rejected.Throttling"));
        Assert.Equal("OK", (await door.CallAsync(stranger)).Code);
        Assert.Equal(100, door.Events().Count(each => each.ErrorCode == "InvalidAction.NotFound"));
        Assert.DoesNotContain(door.Events(), each => each.ErrorCode == "Rejected.Throttling");
    }

    [Fact]
    public async Task A_captured_request_that_is_sent_again_takes_nothing_of_the_access_keys_share()
    {
        await using var door = await DoorUnderTest.StartAsync(options => options with { LimitPerKey = 2 });
        var client = door.ClientFrom("127.0.0.2");
        var captured = door.Capture();
        Assert.Equal("OK", (await door.SendAsync(client, captured)).Code);
        for (var again = 0; again < 10; again++)
        {
            Assert.Equal("SignatureNonceUsed", (await door.SendAsync(client, captured)).Code);
        }

        Assert.Equal("OK", (await door.CallAsync(client)).Code);
    }

    [Fact]
    public async Task For_trying_out_nothing_is_limited()
    {
        await using var door = await DoorUnderTest.StartAsync(options => options with { Dev = true });
        var client = door.ClientFrom("127.0.0.2");
        for (var failure = 0; failure < 2 * FailedSignatures.FreeFailures; failure++)
        {
            Assert.Equal("SignatureDoesNotMatch", (await door.CallAsync(client, WrongSecret)).Code);
        }
    }

    [Theory]
    [InlineData(-1, 1, 1, "--limit-per-key")]
    [InlineData(1, -1, 1, "--limit-per-source")]
    [InlineData(1, 1, 0, "--max-connections")]
    [InlineData(1_000_001, 1, 1, "--limit-per-key")]
    public void A_limit_out_of_range_is_refused_by_name(int perKey, int perSource, int connections, string option)
    {
        var options = new ServerOptions
        {
            DataFolder = "nowhere",
            LimitPerKey = perKey,
            LimitPerSource = perSource,
            MaximumConnections = connections,
        };
        var refused = Assert.Throws<StartException>(options.RequireValid);
        Assert.Contains(option, refused.Message, StringComparison.Ordinal);
        Assert.True(refused.IsUsage);
    }
}
