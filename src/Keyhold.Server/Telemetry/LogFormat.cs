namespace Keyhold.Server.Telemetry;

/// <summary>How the log is written to standard error: text for people, or a JSON object on each line.</summary>
public enum LogFormat
{
    Console,
    Json,
}
