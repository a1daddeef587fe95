using System.Globalization;
using Keyhold.Server.Audit;
using Keyhold.Server.Telemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Keyhold.Benchmarks;

/// <summary>
/// Processor time and allocations of a signature with metrics and traces collected, beside the same with nobody listening.
/// Without exporters, whose work is per interval and not per request, but with every span made and sampled.
/// </summary>
internal static class TelemetryCost
{
    private const int Calls = 5;
    private const int CallsInWarmUp = 20;
    private const int Rounds = 9;

    public static async Task PrintAsync(TextWriter output)
    {
        await using var keyhold = await AuditCost.StartAsync(new AuditOptions { Durability = AuditDurability.Process });
        var request = AuditCost.RequestFor("CertificatePrivateKeySign", await keyhold.ActivateAsync());
        Run(CallsInWarmUp);
        var nothing = new TelemetryVariables(new Dictionary<string, string>(StringComparer.Ordinal));
        var off = new List<(double Microseconds, double Bytes)>();
        var metrics = new List<(double Microseconds, double Bytes)>();
        var both = new List<(double Microseconds, double Bytes)>();

        // In turns, so that whatever else the machine does meanwhile falls on all alike.
        for (var round = 0; round < Rounds; round++)
        {
            off.Add(Measure());
            using var meters = OtlpExport.MeterProviderOf(nothing).AddPrometheusExporter().Build();
            Run(Calls);
            metrics.Add(Measure());
            using var traces = OtlpExport.TracerProviderOf(nothing).Build();
            Run(Calls);
            both.Add(Measure());
        }

        Print("off", off);
        Print("metrics", metrics);
        Print("metrics and traces", both);

        void Run(int calls)
        {
            for (var call = 0; call < calls; call++)
            {
                keyhold.Run(request);
            }
        }

        (double Microseconds, double Bytes) Measure()
        {
            var allocated = GC.GetTotalAllocatedBytes(precise: true);
            var before = Environment.CpuUsage.TotalTime;
            Run(Calls);
            var spent = Environment.CpuUsage.TotalTime - before;
            const double requests = Calls * AuditCost.AtOnce * AuditCost.CallsInRound;
            return (
                spent.TotalMicroseconds / requests,
                (GC.GetTotalAllocatedBytes(precise: true) - allocated) / requests
            );
        }

        void Print(string name, List<(double Microseconds, double Bytes)> measured) =>
            output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"sign, telemetry {name}: {Median(measured.Select(each => each.Microseconds)):F1} us, {Median(measured.Select(each => each.Bytes)):F0} bytes allocated"
                )
            );
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);
}
