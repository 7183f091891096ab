using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Drawdown.Functions.Tests.Support;

/// <summary>Keeps what a host logs as a warning or worse, so that a test can show why it met a 500.</summary>
public sealed class HostLog : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _lines = new();

    public ILogger CreateLogger(string categoryName) => new Logger(_lines);

    public void Dispose() { }

    public override string ToString() => string.Join('\n', _lines);

    private sealed class Logger(ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (IsEnabled(logLevel))
                lines.Enqueue($"{formatter(state, exception)}\n{exception}");
        }
    }
}
