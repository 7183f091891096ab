using System.Collections.Concurrent;

namespace Drawdown.LocalHost.Tests.Support;

/// <summary>What the sample functions report to, and how a test decides what they do.</summary>
public sealed class Probe
{
    private readonly ConcurrentQueue<string> _seen = new();

    /// <summary>What was reported, in order.</summary>
    public IReadOnlyList<string> Seen => [.. _seen];

    /// <summary>What a function does after it has reported; nothing by default.</summary>
    public Func<string, CancellationToken, Task> Behaviour { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Reports, and does what the test wants.</summary>
    public Task Report(string what, CancellationToken cancellation)
    {
        _seen.Enqueue(what);
        return Behaviour(what, cancellation);
    }
}
