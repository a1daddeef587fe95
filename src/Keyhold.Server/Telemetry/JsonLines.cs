using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Keyhold.Server.Telemetry;

/// <summary>
/// A log line as one JSON object: time, level, message, source, event, and of a request requestId and, where it is traced,
/// traceId and spanId (docs/observability.md). An exception is one text.
/// </summary>
internal sealed class JsonLines(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "keyhold-json";
    private const string RequestId = "RequestId";

    public override void Write<TState>(
        in LogEntry<TState> logEntry,
        IExternalScopeProvider? scopeProvider,
        TextWriter textWriter
    )
    {
        var line = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteString(
                "time",
                time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
            );
            json.WriteString("level", NameOf(logEntry.LogLevel));
            json.WriteString("message", logEntry.Formatter(logEntry.State, logEntry.Exception));
            json.WriteString("source", logEntry.Category);
            json.WriteNumber("event", logEntry.EventId.Id);
            WriteRequest(json, logEntry.State);
            if (logEntry.Exception is { } exception)
            {
                json.WriteString("exception", exception.ToString());
            }

            json.WriteEndObject();
        }

        textWriter.Write(Encoding.UTF8.GetString(line.WrittenSpan));
        textWriter.Write('\n');
    }

    private static void WriteRequest<TState>(Utf8JsonWriter json, TState state)
    {
        var span = Activity.Current;
        var requestId = IdIn(state) ?? span?.GetTagItem(RequestTrace.RequestIdTag) as string;
        if (requestId is not null)
        {
            json.WriteString("requestId", requestId);
        }

        // Kestrel has an activity of its own for each request, which leads nowhere.
        if (span is { Recorded: true })
        {
            json.WriteString("traceId", span.TraceId.ToHexString());
            json.WriteString("spanId", span.SpanId.ToHexString());
        }
    }

    private static string? IdIn<TState>(TState state)
    {
        if (state is IReadOnlyList<KeyValuePair<string, object?>> values)
        {
            foreach (var (name, value) in values)
            {
                if (string.Equals(name, RequestId, StringComparison.Ordinal))
                {
                    return value as string;
                }
            }
        }

        return null;
    }

    private static string NameOf(LogLevel level) =>
        level switch
        {
            LogLevel.Trace => "trace",
            LogLevel.Debug => "debug",
            LogLevel.Information => "information",
            LogLevel.Warning => "warning",
            LogLevel.Error => "error",
            _ => "critical",
        };
}
