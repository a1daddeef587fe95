using Keyhold.Server.Hosting;
using Keyhold.Server.Hosting.Tls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;

namespace Keyhold.Server.Telemetry;

/// <summary>
/// /metrics for Prometheus, on a listener of its own: who may read metrics need not reach the API, and the other way round.
/// It answers sealed or not.
/// </summary>
internal sealed class MetricsDoor : IAsyncDisposable
{
    private const string Path = "/metrics";

    /// <summary>A scrape every second from a few places; more is somebody else.</summary>
    private const int MaximumConnections = 64;

    private readonly WebApplication application;
    private readonly MeterProvider metrics;

    private MetricsDoor(WebApplication application, MeterProvider metrics)
    {
        this.application = application;
        this.metrics = metrics;
    }

    /// <summary>Where it listens, with the real port.</summary>
    public string Url =>
        application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.First()
        ?? "";

    public static MetricsDoor Build(ListenAddress address, TlsDoor? tls, TelemetryVariables variables)
    {
        var provider = OtlpExport
            .MeterProviderOf(variables)
            .AddPrometheusExporter(exporter => exporter.ScopeInfoEnabled = false)
            .Build();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MaximumConnections;
            kestrel.Limits.MaxRequestBodySize = 0;
            address.Apply(kestrel, listen => Secure(listen, address, tls));
        });
        var built = builder.Build();
        built.UseOpenTelemetryPrometheusScrapingEndpoint(provider, predicate: null, Path, null, null);
        built.Run(http =>
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return http.Response.WriteAsync($"Metrics are at {Path}.\n");
        });
        return new MetricsDoor(built, provider);
    }

    public Task StartAsync(CancellationToken stop) => application.StartAsync(stop);

    public async ValueTask DisposeAsync()
    {
        using (var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1)))
        {
            await application.StopAsync(patience.Token);
        }

        await application.DisposeAsync();
        metrics.Dispose();
    }

    private static void Secure(ListenOptions listen, ListenAddress address, TlsDoor? tls)
    {
        listen.Protocols = HttpProtocols.Http1;
        if (address.IsHttps && tls is not null)
        {
            listen.Use(TlsDoor.DropOtherProtocols);
            listen.UseHttps(tls.Handshakes);
        }
    }
}
