using Microsoft.Extensions.Logging;

namespace Drawdown.Simulation;

/// <summary>Keeps what the app logs as an error, so that a violation can show why it met a 500.</summary>
public sealed class ErrorLog : ILoggerProvider
{
    /// <summary>The latest error; null when there was none.</summary>
    public string? Latest { get; private set; }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Logger(this);

    /// <inheritdoc/>
    public void Dispose() { }

    private sealed class Logger(ErrorLog log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (IsEnabled(logLevel))
                log.Latest = $"{formatter(state, exception)}\n{exception}";
        }
    }
}
