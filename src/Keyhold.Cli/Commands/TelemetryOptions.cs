using System.CommandLine;
using Keyhold.Server.Hosting;
using Keyhold.Server.Telemetry;
using Microsoft.Extensions.Logging;

namespace Keyhold.Cli.Commands;

/// <summary>What a server tells of itself: --metrics-listen, --log-format, --log-level, and the variables OTEL_*.</summary>
internal sealed class TelemetryOptions
{
    private readonly Option<string?> metricsListen = new("--metrics-listen")
    {
        Description = "Address of its own on which Prometheus reads /metrics [default: none]",
        HelpName = "URL",
    };

    private readonly Option<string?> logFormat = new("--log-format")
    {
        Description = "The log on standard error as text, or as a JSON object on each line [default: console]",
        HelpName = "console|json",
        CompletionSources = { "console", "json" },
    };

    private readonly Option<string?> logLevel = new("--log-level")
    {
        Description =
            "Log from this level on: information adds each refused request, debug each request [default: warning]",
        HelpName = "error|warning|information|debug",
        CompletionSources = { "error", "warning", "information", "debug" },
    };

    public void AddTo(Command command)
    {
        command.Add(metricsListen);
        command.Add(logFormat);
        command.Add(logLevel);
    }

    public ServerOptions Read(ParseResult parsed, Terminal terminal, ServerOptions options) =>
        options with
        {
            MetricsListen = parsed.GetValue(metricsListen),
            LogFormat = FormatOf(parsed.GetValue(logFormat)),
            LogLevel = LevelOf(parsed.GetValue(logLevel)),
            TelemetryVariables = TelemetryVariableNames
                .All.Select(name => (Name: name, Value: terminal.Variable(name)))
                .Where(each => each.Value is not null)
                .ToDictionary(each => each.Name, each => each.Value!, StringComparer.Ordinal),
        };

    private static LogFormat FormatOf(string? name) =>
        name switch
        {
            null or "console" => LogFormat.Console,
            "json" => LogFormat.Json,
            _ => throw new UsageException($"--log-format {name} is not known. Give console or json."),
        };

    private static LogLevel LevelOf(string? name) =>
        name switch
        {
            "error" => LogLevel.Error,
            null or "warning" => LogLevel.Warning,
            "information" => LogLevel.Information,
            "debug" => LogLevel.Debug,
            _ => throw new UsageException(
                $"--log-level {name} is not known. Give error, warning, information or debug."
            ),
        };
}
