namespace Drawdown.Testing;

/// <summary>
/// A clock that stands still until a test moves it. Timers fire while it moves, in the order in which they fall due, each
/// at its own instant. Thread-safe.
/// </summary>
public sealed class ManualClock : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly DateTimeOffset _start;
    private DateTimeOffset _now;
    private long _lastTimer;

    /// <summary>A clock that shows this instant.</summary>
    public ManualClock(DateTimeOffset start) => _now = _start = start.ToUniversalTime();

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => (GetUtcNow() - _start).Ticks;

    /// <summary>Moves forward and fires what falls due on the way, this thread running the callbacks.</summary>
    /// <param name="duration">Zero or more.</param>
    public void Advance(TimeSpan duration) => AdvanceTo(GetUtcNow() + duration);

    /// <summary>Moves forward to this instant and fires what falls due on the way.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The instant has passed: time does not go back.</exception>
    public void AdvanceTo(DateTimeOffset instant)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(instant, GetUtcNow());
        while (NextDue(instant) is { } due)
        {
            due.Fire();
        }
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ManualTimer timer = new(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    // Moves to the next timer due until then and returns it; without one, moves to the end and returns null.
    private ManualTimer? NextDue(DateTimeOffset until)
    {
        lock (_gate)
        {
            ManualTimer? next = _timers
                .Where(timer => timer.DueAt <= until)
                .OrderBy(timer => timer.DueAt)
                .ThenBy(timer => timer.Number)
                .FirstOrDefault();
            DateTimeOffset moment = next?.DueAt ?? until;
            // A callback may itself have moved the clock further.
            _now = moment > _now ? moment : _now;
            next?.Reschedule();
            return next;
        }
    }

    private sealed class ManualTimer(ManualClock clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period = Timeout.InfiniteTimeSpan;
        private bool _disposed;

        public DateTimeOffset DueAt { get; private set; }

        // Timers due at the same instant fire in the order in which they were set.
        public long Number { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, Timeout.InfiniteTimeSpan);
            lock (clock._gate)
            {
                if (_disposed)
                {
                    return false;
                }

                clock._timers.Remove(this);
                _period = period;
                if (dueTime == Timeout.InfiniteTimeSpan)
                {
                    return true;
                }

                DueAt = clock._now + dueTime;
                Number = ++clock._lastTimer;
                clock._timers.Add(this);
            }

            if (dueTime == TimeSpan.Zero)
            {
                clock.Advance(TimeSpan.Zero);
            }

            return true;
        }

        // Called under the clock's lock.
        public void Reschedule()
        {
            clock._timers.Remove(this);
            if (_period > TimeSpan.Zero)
            {
                DueAt += _period;
                Number = ++clock._lastTimer;
                clock._timers.Add(this);
            }
        }

        public void Fire() => callback(state);

        public void Dispose()
        {
            lock (clock._gate)
            {
                _disposed = true;
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
