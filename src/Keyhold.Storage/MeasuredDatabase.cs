using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Keyhold.Storage;

/// <summary>
/// A database whose answers are timed: the histogram keyhold.storage.duration in seconds, the counter
/// keyhold.storage.errors, and a span for each answer when somebody traces.
/// </summary>
public sealed class MeasuredDatabase(Database database) : Database
{
    /// <summary>The name of the meter and of the source of spans.</summary>
    public const string SourceName = "Keyhold.Storage";

    private static readonly Meter Meter = new(SourceName);
    private static readonly ActivitySource Source = new(SourceName);
    private static readonly KeyValuePair<string, object?> OfRead = new("operation", "read");
    private static readonly KeyValuePair<string, object?> OfWrite = new("operation", "write");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram(
        "keyhold.storage.duration",
        "s",
        "Time until the database has answered; a write includes its durable commit.",
        tags: null,
        new InstrumentAdvice<double>
        {
            // From a point read in memory to the deadline of a request.
            HistogramBucketBoundaries =
            [
                0.000_05,
                0.000_1,
                0.000_25,
                0.000_5,
                0.001,
                0.0025,
                0.005,
                0.01,
                0.05,
                0.1,
                0.5,
                1,
                5,
            ],
        }
    );

    private static readonly Counter<long> Errors = Meter.CreateCounter<long>(
        "keyhold.storage.errors",
        "{error}",
        "Answers that the database did not give, and rows that failed their HMAC."
    );

    public override bool IsShared => database.IsShared;

    public override string Place => database.Place;

    public override IReadOnlyList<string> Warnings => database.Warnings;

    public override ValueTask<T> ReadAsync<T>(
        Func<Session, CancellationToken, ValueTask<T>> read,
        CancellationToken stop
    ) => IsWatched ? MeasureAsync(OfRead, database.ReadAsync, read, stop) : database.ReadAsync(read, stop);

    public override ValueTask<T> ReadOneAsync<T>(
        Func<Session, CancellationToken, ValueTask<T>> read,
        CancellationToken stop
    ) => IsWatched ? MeasureAsync(OfRead, database.ReadOneAsync, read, stop) : database.ReadOneAsync(read, stop);

    public override ValueTask<T> WriteAsync<T>(
        Func<Session, CancellationToken, ValueTask<T>> write,
        CancellationToken stop
    ) => IsWatched ? MeasureAsync(OfWrite, database.WriteAsync, write, stop) : database.WriteAsync(write, stop);

    public override ValueTask<JobLock?> TryLockAsync(string job, CancellationToken stop) =>
        database.TryLockAsync(job, stop);

    public override ValueTask<JobLock?> TryLockAloneAsync(CancellationToken stop) => database.TryLockAloneAsync(stop);

    public override ValueTask<NodePresence?> EnterAsync(string node, Action<string> hear, CancellationToken stop) =>
        database.EnterAsync(node, hear, stop);

    /// <summary>The database beneath belongs to somebody else.</summary>
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static bool IsWatched => Duration.Enabled || Errors.Enabled || Source.HasListeners();

    private static async ValueTask<T> MeasureAsync<T>(
        KeyValuePair<string, object?> operation,
        Func<Func<Session, CancellationToken, ValueTask<T>>, CancellationToken, ValueTask<T>> run,
        Func<Session, CancellationToken, ValueTask<T>> work,
        CancellationToken stop
    )
    {
        using var span = Source.StartActivity((string)operation.Value!, ActivityKind.Client);
        var started = Stopwatch.GetTimestamp();
        try
        {
            return await run(work, stop);
        }
        catch (Exception failure) when (KindOf(failure) is { } kind)
        {
            Errors.Add(1, operation, new KeyValuePair<string, object?>("kind", kind));
            span?.SetStatus(ActivityStatusCode.Error, kind);
            throw;
        }
        finally
        {
            Duration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, operation);
        }
    }

    /// <summary>Null for what a store refuses by itself, and for a client that went away.</summary>
    private static string? KindOf(Exception failure) =>
        failure switch
        {
            StorageUnavailableException => "unavailable",
            RowTamperedException => "tampered",
            _ => null,
        };
}
