using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Keyhold.Server.Metrics;

/// <summary>
/// What Keyhold counts while it works; <see cref="StateGauges"/> has what can be read at any time. The names are listed
/// in docs/observability.md, and a test compares. A tag never holds what a stranger chose: an action only when it is known.
/// </summary>
internal sealed class Instruments : IDisposable
{
    public const string MeterName = "Keyhold";

    private static readonly KeyValuePair<string, object?> Hit = new("result", "hit");
    private static readonly KeyValuePair<string, object?> Miss = new("result", "miss");

    private readonly Counter<long> requests;
    private readonly Histogram<double> duration;
    private readonly Counter<long> outsideValidity;
    private readonly Counter<long> failedSignatures;
    private readonly Counter<long> throttled;
    private readonly Counter<long> turnedAway;
    private readonly Counter<long> cacheLookups;
    private readonly Counter<long> expiryNotices;
    private readonly Histogram<double> auditWrite;

    public Instruments(ILogger logger)
    {
        Logger = logger;
        requests = Meter.CreateCounter<long>("keyhold.requests", "{request}", "Requests, by action and error code.");
        duration = CreateDuration(
            "keyhold.request.duration",
            "Time from parsing to the answer, by action.",
            [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
        );
        outsideValidity = Meter.CreateCounter<long>(
            "keyhold.key_use.outside_validity",
            "{use}",
            "Uses of a private key before NotBefore or after NotAfter of its certificate."
        );
        failedSignatures = Meter.CreateCounter<long>(
            "keyhold.failed_signatures",
            "{request}",
            "Requests with an unknown access key or a wrong signature, by error code."
        );
        throttled = Meter.CreateCounter<long>(
            "keyhold.requests.throttled",
            "{request}",
            "Requests beyond a limit, by the limit."
        );
        turnedAway = Meter.CreateCounter<long>(
            "keyhold.connections.turned_away",
            "{connection}",
            "Connections beyond the maximum, or beyond the share of one source."
        );
        cacheLookups = Meter.CreateCounter<long>(
            "keyhold.key_cache.lookups",
            "{lookup}",
            "Uses of a private key whose parsed form was in memory (hit), or was opened from its row (miss)."
        );
        expiryNotices = Meter.CreateCounter<long>(
            "keyhold.certificate.expiry_notices",
            "{notice}",
            "Events CertificateExpiring that were written to the audit trail."
        );
        auditWrite = CreateDuration(
            "keyhold.audit.write.duration",
            "Time to append a batch of events and flush it to the disk.",
            [0.0001, 0.000_25, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5]
        );
    }

    public ILogger Logger { get; }

    /// <summary>For gauges, which somebody else reads.</summary>
    public Meter Meter { get; } = new(MeterName);

    /// <summary>Counts a finished request; <paramref name="errorCode"/> is null for a success.</summary>
    public void Request(string? operation, string? errorCode, TimeSpan elapsed)
    {
        var action = new KeyValuePair<string, object?>("action", operation ?? "-");
        requests.Add(1, action, new KeyValuePair<string, object?>("code", errorCode ?? "OK"));
        duration.Record(elapsed.TotalSeconds, action);
    }

    /// <summary>Counts a use of a private key while its certificate is not valid in time.</summary>
    public void KeyUsedOutsideValidity(string operation) =>
        outsideValidity.Add(1, new KeyValuePair<string, object?>("action", operation));

    /// <summary>Counts a request that somebody signed who does not hold the access key.</summary>
    public void FailedSignature(string errorCode) =>
        failedSignatures.Add(1, new KeyValuePair<string, object?>("code", errorCode));

    /// <summary>Counts a request that was refused because its source or its access key asks too often.</summary>
    public void Throttled(string limit) => throttled.Add(1, new KeyValuePair<string, object?>("limit", limit));

    public void ConnectionTurnedAway() => turnedAway.Add(1);

    public void KeyLookedUp(bool wasReady) => cacheLookups.Add(1, wasReady ? Hit : Miss);

    public void ExpiryNoticed() => expiryNotices.Add(1);

    public void AuditWritten(TimeSpan elapsed) => auditWrite.Record(elapsed.TotalSeconds);

    public void Dispose() => Meter.Dispose();

    private Histogram<double> CreateDuration(string name, string description, double[] bounds) =>
        Meter.CreateHistogram(
            name,
            "s",
            description,
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds }
        );
}
