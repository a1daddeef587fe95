using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Keyhold.Server.Metrics;

/// <summary>What Keyhold counts. The names are listed in docs/running.md, and a test compares.</summary>
internal sealed class Instruments : IDisposable
{
    public const string MeterName = "Keyhold";

    private readonly Meter meter = new(MeterName);
    private readonly Counter<long> requests;
    private readonly Histogram<double> duration;
    private readonly Counter<long> outsideValidity;
    private readonly Counter<long> failedSignatures;
    private readonly Counter<long> turnedAway;

    public Instruments(ILogger logger)
    {
        Logger = logger;
        requests = meter.CreateCounter<long>("keyhold.requests", description: "Requests, by action and error code.");
        duration = meter.CreateHistogram<double>("keyhold.request.duration", "s", "Time from parsing to the answer.");
        outsideValidity = meter.CreateCounter<long>(
            "keyhold.key_use.outside_validity",
            description: "Uses of a private key before NotBefore or after NotAfter of its certificate."
        );
        failedSignatures = meter.CreateCounter<long>(
            "keyhold.failed_signatures",
            description: "Requests with an unknown access key or a wrong signature, by error code."
        );
        turnedAway = meter.CreateCounter<long>(
            "keyhold.connections.turned_away",
            description: "Connections beyond the maximum, or beyond the share of one source."
        );
    }

    public ILogger Logger { get; }

    /// <summary>Counts a finished request; <paramref name="errorCode"/> is null for a success.</summary>
    public void Request(string? operation, string? errorCode, TimeSpan elapsed)
    {
        var tags = new TagList { { "action", operation ?? "-" }, { "code", errorCode ?? "OK" } };
        requests.Add(1, tags);
        duration.Record(elapsed.TotalSeconds, tags);
    }

    /// <summary>Counts a use of a private key while its certificate is not valid in time.</summary>
    public void KeyUsedOutsideValidity(string operation) =>
        outsideValidity.Add(1, new KeyValuePair<string, object?>("action", operation));

    /// <summary>Counts a request that somebody signed who does not hold the access key.</summary>
    public void FailedSignature(string errorCode) =>
        failedSignatures.Add(1, new KeyValuePair<string, object?>("code", errorCode));

    public void ConnectionTurnedAway() => turnedAway.Add(1);

    public void Dispose() => meter.Dispose();
}
