using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Keyhold.Server.Telemetry;

/// <summary>The log on standard error, in the form and from the level on that were chosen.</summary>
internal static class LogSetup
{
    public static void Apply(ILoggingBuilder logging, LogFormat format, LogLevel level, TimeProvider time)
    {
        if (format == LogFormat.Json)
        {
            logging.AddConsole(console => console.FormatterName = JsonLines.FormatterName);
            logging.Services.AddSingleton<ConsoleFormatter>(new JsonLines(time));
        }
        else
        {
            logging.AddSimpleConsole(console => console.SingleLine = true);
        }

        logging.SetMinimumLevel(level);

        // Kestrel tells of each request at Information; that is Keyhold's to say.
        logging.AddFilter("Microsoft", level > LogLevel.Warning ? level : LogLevel.Warning);

        // A failed start is told by its StartException, in words that help.
        logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        logging.Services.Configure<ConsoleLoggerOptions>(console =>
            console.LogToStandardErrorThreshold = LogLevel.Trace
        );
    }
}
