using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Drawdown.LocalHost.Tests.Support;

/// <summary>Keeps the messages that a host logs.</summary>
internal sealed class LogSink : ILoggerProvider
{
    private readonly ConcurrentQueue<Entry> _entries = new();

    /// <summary>The messages of severity warning and up.</summary>
    public IReadOnlyList<Entry> Warnings => [.. _entries.Where(entry => entry.Level >= LogLevel.Warning)];

    public ILogger CreateLogger(string categoryName) => new Logger(_entries);

    public void Dispose() { }

    internal sealed record Entry(LogLevel Level, string Message, Exception? Fault);

    private sealed class Logger(ConcurrentQueue<Entry> entries) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => entries.Enqueue(new Entry(logLevel, formatter(state, exception), exception));
    }
}
