using Drawdown.Testing;

namespace Drawdown.Storage.Tests.Testing;

public sealed class ManualClockTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualClock _clock = new(Start);
    private readonly List<string> _fired = [];

    [Fact]
    public void It_stands_still_until_it_is_moved()
    {
        Assert.Equal(Start, _clock.GetUtcNow());

        _clock.Advance(Second);

        Assert.Equal(Start + Second, _clock.GetUtcNow());
        Assert.Equal(Start + Second, _clock.GetLocalNow());
    }

    [Fact]
    public void It_measures_elapsed_time()
    {
        long before = _clock.GetTimestamp();

        _clock.Advance(TimeSpan.FromMinutes(90));

        Assert.Equal(TimeSpan.FromMinutes(90), _clock.GetElapsedTime(before));
    }

    [Fact]
    public void It_does_not_go_back()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _clock.Advance(-Second));
        Assert.Throws<ArgumentOutOfRangeException>(() => _clock.AdvanceTo(Start - Second));
    }

    [Fact]
    public void Timers_fire_in_the_order_in_which_they_fall_due_each_at_its_instant()
    {
        using ITimer late = Timer("late", 3 * Second);
        using ITimer early = Timer("early", Second);
        using ITimer alsoEarly = Timer("also early", Second);
        using ITimer beyond = Timer("beyond", 11 * Second);

        _clock.Advance(10 * Second);

        Assert.Equal(["early at 1", "also early at 1", "late at 3"], _fired);
        Assert.Equal(Start + (10 * Second), _clock.GetUtcNow());
    }

    [Fact]
    public void A_periodic_timer_fires_at_every_period()
    {
        using ITimer timer = Timer("tick", Second, 2 * Second);

        _clock.Advance(6 * Second);

        Assert.Equal(["tick at 1", "tick at 3", "tick at 5"], _fired);
    }

    [Fact]
    public void A_changed_timer_keeps_its_new_time_only()
    {
        using ITimer timer = Timer("tick", Second);

        Assert.True(timer.Change(5 * Second, Timeout.InfiniteTimeSpan));
        _clock.Advance(10 * Second);

        Assert.Equal(["tick at 5"], _fired);
    }

    [Fact]
    public void A_stopped_or_disposed_timer_does_not_fire()
    {
        using ITimer stopped = Timer("stopped", Second);
        ITimer disposed = Timer("disposed", Second);
        stopped.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        disposed.Dispose();

        _clock.Advance(10 * Second);

        Assert.Empty(_fired);
        Assert.False(disposed.Change(Second, Second));
    }

    [Fact]
    public void A_timer_that_is_due_at_once_fires_at_once()
    {
        using ITimer timer = Timer("now", TimeSpan.Zero);

        Assert.Equal(["now at 0"], _fired);
    }

    [Fact]
    public void A_callback_may_set_another_timer_that_falls_due_on_the_same_way()
    {
        ITimer? second = null;
        using ITimer first = _clock.CreateTimer(
            _ => second = Timer("second", Second),
            null,
            Second,
            Timeout.InfiniteTimeSpan
        );

        _clock.Advance(5 * Second);

        Assert.Equal(["second at 2"], _fired);
        second?.Dispose();
    }

    [Fact]
    public async Task Delays_and_timeouts_follow_it()
    {
        Task delay = Task.Delay(TimeSpan.FromHours(1), _clock, TestContext.Current.CancellationToken);
        using CancellationTokenSource timeout = new(TimeSpan.FromMinutes(30), _clock);

        _clock.Advance(TimeSpan.FromMinutes(59));
        Assert.False(delay.IsCompleted);
        Assert.True(timeout.IsCancellationRequested);

        _clock.Advance(TimeSpan.FromMinutes(1));
        await delay;
    }

    private ITimer Timer(string name, TimeSpan dueTime, TimeSpan? period = null) =>
        _clock.CreateTimer(
            _ => _fired.Add($"{name} at {(_clock.GetUtcNow() - Start).TotalSeconds}"),
            null,
            dueTime,
            period ?? Timeout.InfiniteTimeSpan
        );
}
