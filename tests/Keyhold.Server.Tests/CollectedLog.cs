using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Keyhold.Server.Tests;

/// <summary>Everything that was logged, with the exceptions, as text.</summary>
internal sealed class CollectedLog : ILogger
{
    private readonly ConcurrentQueue<string> lines = new();

    public string Text => string.Join('\n', lines);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    ) => lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");
}
