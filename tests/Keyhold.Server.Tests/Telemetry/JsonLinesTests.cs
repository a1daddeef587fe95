using System.Diagnostics;
using System.Text.Json;
using Keyhold.Server.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Keyhold.Server.Tests.Telemetry;

public class JsonLinesTests
{
    [Fact]
    public void A_line_has_time_level_and_message()
    {
        var line = LineOf(LogLevel.Warning, "Something \"odd\"\nhappened.");
        Assert.Equal("2026-11-24T12:00:00.000Z", line.GetProperty("time").GetString());
        Assert.Equal("warning", line.GetProperty("level").GetString());
        Assert.Equal("Something \"odd\"\nhappened.", line.GetProperty("message").GetString());
        Assert.Equal("Keyhold", line.GetProperty("source").GetString());
        Assert.Equal(7, line.GetProperty("event").GetInt32());
        Assert.False(line.TryGetProperty("requestId", out _));
        Assert.False(line.TryGetProperty("traceId", out _));
    }

    [Fact]
    public void What_belongs_to_a_request_has_its_id()
    {
        var line = LineOf(LogLevel.Error, "Refused.", new("RequestId", "4b1c"));
        Assert.Equal("4b1c", line.GetProperty("requestId").GetString());
    }

    [Fact]
    public void What_belongs_to_a_traced_request_has_the_ids_of_both()
    {
        using var activity = new Activity("request") { ActivityTraceFlags = ActivityTraceFlags.Recorded };
        activity.SetTag(RequestTrace.RequestIdTag, "4b1c");
        activity.Start();
        var line = LineOf(LogLevel.Error, "Refused.");
        Assert.Equal("4b1c", line.GetProperty("requestId").GetString());
        Assert.Equal(activity.TraceId.ToHexString(), line.GetProperty("traceId").GetString());
        Assert.Equal(activity.SpanId.ToHexString(), line.GetProperty("spanId").GetString());
    }

    [Fact]
    public void An_exception_is_one_text_on_the_same_line()
    {
        var line = LineOf(LogLevel.Critical, "Failed.", exception: new InvalidOperationException("two\nlines"));
        Assert.StartsWith(
            "System.InvalidOperationException: two\nlines",
            line.GetProperty("exception").GetString(),
            StringComparison.Ordinal
        );
    }

    private static JsonElement LineOf(
        LogLevel level,
        string message,
        KeyValuePair<string, object?>? value = null,
        Exception? exception = null
    )
    {
        KeyValuePair<string, object?>[] state = value is { } given ? [given] : [];
        using var text = new StringWriter();
        new JsonLines(new FakeTimeProvider(KeyholdUnderTest.Now)).Write(
            new LogEntry<IReadOnlyList<KeyValuePair<string, object?>>>(
                level,
                "Keyhold",
                new EventId(7),
                state,
                exception,
                (_, _) => message
            ),
            scopeProvider: null,
            text
        );
        var written = text.ToString();
        Assert.EndsWith("}\n", written, StringComparison.Ordinal);
        Assert.Equal(1, written.Count(each => each == '\n'));
        return JsonDocument.Parse(written).RootElement.Clone();
    }
}
