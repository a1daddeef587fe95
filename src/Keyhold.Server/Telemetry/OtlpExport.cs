using Keyhold.Crypto.Keys;
using Keyhold.Server.Metrics;
using Keyhold.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Keyhold.Server.Telemetry;

/// <summary>Metrics and traces on their way to a collector, over OTLP, when the OTEL_* variables name one.</summary>
internal sealed class OtlpExport : IDisposable
{
    /// <summary>A collector that does not answer must not hold up the end of the server.</summary>
    private const int LastExportMilliseconds = 3_000;

    private readonly MeterProvider? metrics;
    private readonly TracerProvider? traces;

    public OtlpExport(TelemetryVariables variables)
    {
        if (variables.ExportsMetrics)
        {
            metrics = MeterProviderOf(variables).AddOtlpExporter().Build();
        }

        if (variables.ExportsTraces)
        {
            traces = TracerProviderOf(variables).AddOtlpExporter().Build();
        }
    }

    /// <summary>Everything that Keyhold measures; the caller adds where it goes.</summary>
    public static MeterProviderBuilder MeterProviderOf(TelemetryVariables variables) =>
        Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(variables.Configuration))
            .ConfigureResource(resource => Describe(resource, variables))
            .AddMeter(Instruments.MeterName, KeyWork.SourceName, MeasuredDatabase.SourceName);

    /// <summary>Every span; the caller adds where they go.</summary>
    public static TracerProviderBuilder TracerProviderOf(TelemetryVariables variables) =>
        Sdk.CreateTracerProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(variables.Configuration))
            .ConfigureResource(resource => Describe(resource, variables))
            .AddSource(RequestTrace.SourceName, KeyWork.SourceName, MeasuredDatabase.SourceName);

    public void Dispose()
    {
        metrics?.Shutdown(LastExportMilliseconds);
        metrics?.Dispose();
        traces?.Shutdown(LastExportMilliseconds);
        traces?.Dispose();
    }

    private static void Describe(ResourceBuilder resource, TelemetryVariables variables) =>
        resource.AddService(
            variables.ServiceName,
            serviceVersion: typeof(OtlpExport).Assembly.GetName().Version?.ToString(fieldCount: 3)
        );
}
