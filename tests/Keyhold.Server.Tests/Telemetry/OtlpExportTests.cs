using System.Text;
using Keyhold.Server.Tests.Hosting;

namespace Keyhold.Server.Tests.Telemetry;

public class OtlpExportTests
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";

    [Fact]
    public async Task Metrics_and_traces_arrive_at_a_collector()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var door = await StartAsync(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.Url),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "200"),
            ("OTEL_BSP_SCHEDULE_DELAY", "200"),
            ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test")
        );
        var client = door.ClientFrom("127.0.0.1");
        client.DefaultRequestHeaders.Add("traceparent", $"00-{TraceId}-b7ad6b7169203331-01");

        var answer = await door.CallAsync(client);

        Assert.Equal(200, answer.Status);
        var requestId = answer.Headers.GetValues("x-acs-request-id").Single();
        await receiver.WaitForAsync(
            "/v1/traces",
            Convert.FromHexString(TraceId),
            Utf8("DescribeRegions"),
            Utf8(requestId),
            Utf8("audit"),
            Utf8("keyhold")
        );
        await receiver.WaitForAsync(
            "/v1/metrics",
            Utf8("keyhold.requests"),
            Utf8("DescribeRegions"),
            Utf8("keyhold.storage.duration"),
            Utf8("deployment.environment.name")
        );
    }

    [Fact]
    public async Task A_caller_who_does_not_sample_leaves_no_trace()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using (
            var door = await StartAsync(
                ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", receiver.Url + "/v1/traces"),
                ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
            )
        )
        {
            var client = door.ClientFrom("127.0.0.1");
            client.DefaultRequestHeaders.Add("traceparent", $"00-{TraceId}-b7ad6b7169203331-00");
            Assert.Equal(200, (await door.CallAsync(client)).Status);
        }

        Assert.DoesNotContain(receiver.Bodies, body => body.AsSpan().IndexOf(Convert.FromHexString(TraceId)) >= 0);
    }

    [Theory]
    [InlineData("OTEL_SDK_DISABLED", "true")]
    [InlineData("OTEL_METRICS_EXPORTER", "none")]
    public async Task What_is_turned_off_is_not_exported(string variable, string value)
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using (
            var door = await StartAsync(
                ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", receiver.Url),
                ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
                (variable, value)
            )
        )
        {
            Assert.Equal(200, (await door.CallAsync(door.ClientFrom("127.0.0.1"))).Status);
        }

        Assert.Empty(receiver.Bodies);
    }

    [Fact]
    public async Task A_collector_that_is_not_there_harms_nobody()
    {
        await using var door = await StartAsync(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9"));
        Assert.Equal(200, (await door.CallAsync(door.ClientFrom("127.0.0.1"))).Status);
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static Task<DoorUnderTest> StartAsync(params (string Name, string Value)[] variables) =>
        DoorUnderTest.StartAsync(options =>
            options with
            {
                TelemetryVariables = variables.ToDictionary(
                    each => each.Name,
                    each => each.Value,
                    StringComparer.Ordinal
                ),
            }
        );
}
