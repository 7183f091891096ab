namespace Drawdown.LocalHost.Clock;

/// <summary>
/// Real time plus an offset that can only grow. Code that takes its time from it sees months pass at once.
/// </summary>
/// <remarks>
/// Only the time of day moves. Timestamps and the provider's timers follow real time, as they do when a computer's clock
/// is set: a delay of five seconds takes five seconds, whatever the date.
/// </remarks>
public sealed class TestClock(TimeProvider real) : TimeProvider
{
    private long _offset;
    private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How far this clock is ahead of real time; never negative.</summary>
    public TimeSpan Offset => new(Interlocked.Read(ref _offset));

    /// <summary>Completes when the clock is next moved, for whoever waits until a time of day.</summary>
    internal Task Moved => Volatile.Read(ref _moved).Task;

    /// <inheritdoc/>
    public override long TimestampFrequency => real.TimestampFrequency;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => real.LocalTimeZone;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => real.GetUtcNow() + Offset;

    /// <inheritdoc/>
    public override long GetTimestamp() => real.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        real.CreateTimer(callback, state, dueTime, period);

    /// <summary>Moves the clock.</summary>
    internal void Move(TimeSpan offset)
    {
        Interlocked.Exchange(ref _offset, offset.Ticks);
        Interlocked
            .Exchange(ref _moved, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))
            .SetResult();
    }
}
