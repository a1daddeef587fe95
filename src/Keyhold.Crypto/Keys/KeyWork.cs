using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Keyhold.Crypto.Keys;

/// <summary>
/// How long work with keys takes: the histogram keyhold.crypto.duration in seconds, and a span for each when somebody
/// traces. While nobody listens it reads no clock and allocates nothing.
/// </summary>
public static class KeyWork
{
    /// <summary>The name of the meter and of the source of spans.</summary>
    public const string SourceName = "Keyhold.Crypto";

    internal const string Sign = "sign";
    internal const string Verify = "verify";
    internal const string Encrypt = "encrypt";
    internal const string Decrypt = "decrypt";
    internal const string Generate = "generate";

    private static readonly Meter Meter = new(SourceName);
    private static readonly ActivitySource Source = new(SourceName);
    private static readonly Histogram<double> Duration = Meter.CreateHistogram(
        "keyhold.crypto.duration",
        "s",
        "Time that work with a key takes, by operation and key spec.",
        tags: null,
        new InstrumentAdvice<double>
        {
            // From an elliptic signature to the slowest search for an RSA key.
            HistogramBucketBoundaries = [0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.0025, 0.005, 0.01, 0.1, 0.5, 1],
        }
    );

    /// <summary>Measures until it is disposed of.</summary>
    internal static Measured Begin(string operation, KeySpec spec) =>
        new(operation, spec, Duration.Enabled ? Stopwatch.GetTimestamp() : 0, StartSpan(operation, spec));

    private static Activity? StartSpan(string operation, KeySpec spec)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        var span = Source.StartActivity(operation);
        span?.SetTag("keyhold.key_spec", spec.Name);
        return span;
    }

    internal readonly ref struct Measured(string operation, KeySpec spec, long started, Activity? span) : IDisposable
    {
        public void Dispose()
        {
            if (started != 0)
            {
                Duration.Record(
                    Stopwatch.GetElapsedTime(started).TotalSeconds,
                    new KeyValuePair<string, object?>("operation", operation),
                    new KeyValuePair<string, object?>("key_spec", spec.Name)
                );
            }

            span?.Dispose();
        }
    }
}
