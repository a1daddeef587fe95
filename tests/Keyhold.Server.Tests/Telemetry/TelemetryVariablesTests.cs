using Keyhold.Server.Hosting;
using Keyhold.Server.Telemetry;

namespace Keyhold.Server.Tests.Telemetry;

public class TelemetryVariablesTests
{
    [Fact]
    public void Without_an_endpoint_nothing_is_exported()
    {
        var variables = Of(("OTEL_TRACES_EXPORTER", "otlp"), ("OTEL_SERVICE_NAME", "kms"));
        Assert.False(variables.ExportsMetrics);
        Assert.False(variables.ExportsTraces);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", true, true)]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", true, false)]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", false, true)]
    public void An_endpoint_is_what_turns_export_on(string variable, bool metrics, bool traces)
    {
        var variables = Of((variable, "http://127.0.0.1:4317"));
        Assert.Equal((metrics, traces), (variables.ExportsMetrics, variables.ExportsTraces));
    }

    [Fact]
    public void An_empty_variable_counts_as_none() =>
        Assert.False(Of(("OTEL_EXPORTER_OTLP_ENDPOINT", "")).ExportsTraces);

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "/v1")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "ftp://collector")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "GRPC")]
    [InlineData("OTEL_METRICS_EXPORTER", "prometheus")]
    [InlineData("OTEL_TRACES_EXPORTER", "zipkin")]
    public void What_would_be_ignored_in_silence_is_refused_by_name(string variable, string value)
    {
        var refusal = Assert.Throws<StartException>(() => Of((variable, value)));
        Assert.True(refusal.IsUsage);
        Assert.Contains(variable, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_name_is_given_once() =>
        Assert.Equal(
            TelemetryVariableNames.All.Distinct(StringComparer.Ordinal).Count(),
            TelemetryVariableNames.All.Count
        );

    private static TelemetryVariables Of(params (string Name, string Value)[] variables) =>
        new(variables.ToDictionary(each => each.Name, each => each.Value, StringComparer.Ordinal));
}
