using Keyhold.Server.Hosting;
using Microsoft.Extensions.Configuration;

namespace Keyhold.Server.Telemetry;

/// <summary>
/// The OTEL_* variables of the OpenTelemetry specification, as far as they decide whether something is exported at all;
/// the SDK reads the others itself. Nothing is exported unless an endpoint is named.
/// </summary>
internal sealed class TelemetryVariables
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string Protocol = "OTEL_EXPORTER_OTLP_PROTOCOL";

    private readonly IReadOnlyDictionary<string, string> variables;

    public TelemetryVariables(IReadOnlyDictionary<string, string> variables)
    {
        this.variables = variables;
        Configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(variables.Select(each => KeyValuePair.Create(each.Key, (string?)each.Value)))
            .Build();
        foreach (var (name, value) in variables)
        {
            RequireGood(name, value);
        }
    }

    /// <summary>For the SDK.</summary>
    public IConfiguration Configuration { get; }

    public bool ExportsMetrics => Exports("METRICS");

    public bool ExportsTraces => Exports("TRACES");

    public string ServiceName => Of("OTEL_SERVICE_NAME") ?? "keyhold";

    private bool Exports(string signal) =>
        !string.Equals(Of("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase)
        && !string.Equals(Of($"OTEL_{signal}_EXPORTER"), "none", StringComparison.OrdinalIgnoreCase)
        && (Of(Endpoint) ?? Of($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT")) is not null;

    private string? Of(string name) => variables.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    /// <summary>The SDK would go on with its default, and somebody would search for metrics that never come.</summary>
    private static void RequireGood(string name, string value)
    {
        if (value.Length == 0)
        {
            return;
        }

        if (
            name is Endpoint or "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT" or "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
            && !(Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
        )
        {
            throw StartException.Usage(
                $"The variable {name} is no URL.",
                "Set it to the address of a collector, such as http://127.0.0.1:4317."
            );
        }

        if (
            name is Protocol or "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL" or "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"
            && value is not ("grpc" or "http/protobuf")
        )
        {
            throw StartException.Usage(
                $"The variable {name} names a protocol that Keyhold does not speak.",
                "Set it to grpc or http/protobuf."
            );
        }

        if (name is "OTEL_METRICS_EXPORTER" or "OTEL_TRACES_EXPORTER" && value is not ("otlp" or "none"))
        {
            throw StartException.Usage(
                $"The variable {name} names an exporter that Keyhold does not have.",
                "Set it to otlp or none. Prometheus reads /metrics: serve --metrics-listen."
            );
        }
    }
}
