using System.Diagnostics;
using Keyhold.Server.Pipeline;

namespace Keyhold.Server.Telemetry;

/// <summary>
/// The server's span of a request, child of the caller's when it sent a W3C traceparent. While nobody traces, this is one
/// comparison.
/// </summary>
internal readonly struct RequestTrace : IDisposable
{
    public const string SourceName = "Keyhold";
    public const string RequestIdTag = "keyhold.request_id";

    /// <summary>Where a request's other spans come from.</summary>
    public static readonly ActivitySource Source = new(SourceName);

    private readonly Activity? span;

    private RequestTrace(Activity? span) => this.span = span;

    public static RequestTrace Begin(IncomingRequest incoming, string requestId)
    {
        if (!Source.HasListeners())
        {
            return default;
        }

        // Kestrel's own activity is never exported: a span below it would hang in the air.
        Activity.Current = null;
        var parent =
            incoming.Headers.Get("traceparent") is [var given]
            && ActivityContext.TryParse(given, traceState: null, isRemote: true, out var context)
                ? context
                : default;
        var begun = Source.StartActivity("request", ActivityKind.Server, parent);
        begun?.SetTag(RequestIdTag, requestId);
        return new RequestTrace(begun);
    }

    /// <summary>How it ended; the operation is null when none was recognised.</summary>
    public void End(string? operation, Reply reply)
    {
        if (span is null)
        {
            return;
        }

        span.DisplayName = operation ?? "request";
        span.SetTag("keyhold.action", operation ?? "-");
        span.SetTag("keyhold.code", reply.ErrorCode ?? "OK");
        span.SetTag("http.response.status_code", reply.StatusCode);
        if (reply.StatusCode >= 500)
        {
            span.SetStatus(ActivityStatusCode.Error, reply.ErrorCode);
        }
    }

    public void Dispose() => span?.Dispose();
}
