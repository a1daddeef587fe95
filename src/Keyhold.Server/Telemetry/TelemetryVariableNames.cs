namespace Keyhold.Server.Telemetry;

/// <summary>The variables that are read, as the OpenTelemetry specification and its .NET SDK name them.</summary>
public static class TelemetryVariableNames
{
    private static readonly string[] ExporterSettings =
    [
        "ENDPOINT",
        "PROTOCOL",
        "HEADERS",
        "TIMEOUT",
        "CERTIFICATE",
        "CLIENT_CERTIFICATE",
        "CLIENT_KEY",
    ];

    public static IReadOnlyList<string> All { get; } =
    [
        "OTEL_SDK_DISABLED",
        "OTEL_SERVICE_NAME",
        "OTEL_RESOURCE_ATTRIBUTES",
        "OTEL_METRICS_EXPORTER",
        "OTEL_TRACES_EXPORTER",
        .. OfExporter(""),
        .. OfExporter("METRICS_"),
        .. OfExporter("TRACES_"),
        "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE",
        "OTEL_METRIC_EXPORT_INTERVAL",
        "OTEL_METRIC_EXPORT_TIMEOUT",
        "OTEL_TRACES_SAMPLER",
        "OTEL_TRACES_SAMPLER_ARG",
        "OTEL_BSP_SCHEDULE_DELAY",
        "OTEL_BSP_EXPORT_TIMEOUT",
        "OTEL_BSP_MAX_QUEUE_SIZE",
        "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
    ];

    private static IEnumerable<string> OfExporter(string signal) =>
        ExporterSettings.Select(what => $"OTEL_EXPORTER_OTLP_{signal}{what}");
}
