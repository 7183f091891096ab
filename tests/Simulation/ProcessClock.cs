namespace Drawdown.Simulation;

/// <summary>The kernel's time as a process sees it: a little wrong. Its timers die with it.</summary>
public sealed class ProcessClock(Kernel kernel, TimeSpan skew, Wire? wire = null) : TimeProvider
{
    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        var now = kernel.Now + skew;
        if (Work.Current is { DecidedAt: null } work)
            work.DecidedAt = now;
        return now;
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => kernel.Now.UtcTicks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        period == Timeout.InfiniteTimeSpan || period == TimeSpan.Zero
            ? new Timer(this, callback, state, dueTime)
            : throw new NotSupportedException("Nothing in the product repeats by a timer of its own.");

    private sealed class Timer : ITimer
    {
        private readonly ProcessClock _clock;
        private readonly TimerCallback _callback;
        private readonly object? _state;
        private Kernel.Alarm? _alarm;

        public Timer(ProcessClock clock, TimerCallback callback, object? state, TimeSpan due)
        {
            (_clock, _callback, _state) = (clock, callback, state);
            Change(due, Timeout.InfiniteTimeSpan);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _alarm?.Dispose();
            _alarm = dueTime == Timeout.InfiniteTimeSpan ? null : _clock.Ring(dueTime, () => _callback(_state));
            return true;
        }

        public void Dispose() => _alarm?.Dispose();

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private Kernel.Alarm Ring(TimeSpan due, Action callback) =>
        kernel.At(
            due,
            () =>
            {
                if (wire is not { IsDead: true })
                    callback();
            }
        );
}
