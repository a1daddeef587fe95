using System.Net;
using Keyhold.Server.Hosting;
using Keyhold.Server.Tests.Hosting;

namespace Keyhold.Server.Tests.Telemetry;

public class MetricsDoorTests
{
    [Fact]
    public async Task Prometheus_reads_what_was_counted()
    {
        await using var door = await StartAsync();
        var client = door.ClientFrom("127.0.0.1");
        await door.CallAsync(client);
        await door.CallAsync(client, secret: "wrong");
        await door.AskAsync(client, "NoSuchAction");

        var metrics = await client.GetStringAsync(
            new Uri(door.MetricsUrl!, "/metrics"),
            TestContext.Current.CancellationToken
        );

        Assert.Contains(
            "keyhold_requests_total{action=\"DescribeRegions\",code=\"OK\"}",
            metrics,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "keyhold_requests_total{action=\"-\",code=\"InvalidAction.NotFound\"}",
            metrics,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "keyhold_request_duration_seconds_bucket{action=\"DescribeRegions\",le=\"0.0005\"}",
            metrics,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "keyhold_failed_signatures_total{code=\"SignatureDoesNotMatch\"}",
            metrics,
            StringComparison.Ordinal
        );
        Assert.Contains("\nkeyhold_sealed{} 0", metrics, StringComparison.Ordinal);
        Assert.Contains("\nkeyhold_audit_available{} 1", metrics, StringComparison.Ordinal);
        Assert.Contains("\nkeyhold_replay_window_nonces{} ", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("NoSuchAction", metrics, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/?Action=DescribeRegions")]
    [InlineData("/health/ready")]
    public async Task Nothing_else_is_behind_it(string target)
    {
        await using var door = await StartAsync();
        using var answer = await door.ClientFrom("127.0.0.1")
            .GetAsync(new Uri(door.MetricsUrl!, target), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task The_API_has_no_metrics()
    {
        await using var door = await StartAsync();
        using var answer = await door.ClientFrom("127.0.0.1")
            .GetAsync(new Uri(door.Url, "/metrics"), TestContext.Current.CancellationToken);
        Assert.NotEqual(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Without_the_option_nobody_listens()
    {
        await using var door = await DoorUnderTest.StartAsync(options => options);
        Assert.Null(door.MetricsUrl);
    }

    [Theory]
    [InlineData("http://0.0.0.0:9710", "beyond loopback")]
    [InlineData("https://127.0.0.1:9710", "TLS certificate")]
    [InlineData("127.0.0.1:9710", "is not a URL")]
    [InlineData("http://127.0.0.1:9710/metrics", "is not a URL")]
    public async Task An_address_that_will_not_do_is_refused(string url, string reason)
    {
        var refusal = await Assert.ThrowsAsync<StartException>(() =>
            DoorUnderTest.StartAsync(options => options with { MetricsListen = url })
        );
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    private static Task<DoorUnderTest> StartAsync() =>
        DoorUnderTest.StartAsync(options => options with { MetricsListen = "http://127.0.0.1:0" });
}
