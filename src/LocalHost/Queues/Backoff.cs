namespace Drawdown.LocalHost.Queues;

/// <summary>Pauses that double from <see cref="Shortest"/> up to a limit.</summary>
internal sealed class Backoff(TimeSpan longest)
{
    /// <summary>The first pause.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);

    private TimeSpan _next = Shortest;

    /// <summary>How long to pause this time.</summary>
    public TimeSpan Next()
    {
        TimeSpan pause = _next < longest ? _next : longest;
        _next = pause + pause;
        return pause;
    }

    /// <summary>Begins again with the shortest pause.</summary>
    public void Reset() => _next = Shortest;
}
