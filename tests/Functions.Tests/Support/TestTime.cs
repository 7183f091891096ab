namespace Drawdown.Functions.Tests.Support;

/// <summary>
/// The time that a host under test takes for real. It passes by being looked at: every look is a millisecond later than
/// the one before, so what happened later is later. Tests move it on from there, and no timer fires because of it: that is
/// what <c>/local/clock</c> is for.
/// </summary>
public sealed class TestTime : TimeProvider
{
    // The pauses between attempts are shorter; a timer's wait for its time of day is longer.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    // Early enough for the instants in Lotus's examples, the 7th of November 2023, to lie ahead.
    private long _ticks = new DateTimeOffset(2023, 1, 1, 0, 0, 30, TimeSpan.Zero).Ticks;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() =>
        new(Interlocked.Add(ref _ticks, TimeSpan.TicksPerMillisecond), TimeSpan.Zero);

    /// <summary>Moves on, without any timer.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(by.Ticks, nameof(by));
        Interlocked.Add(ref _ticks, by.Ticks);
    }

    /// <summary>Pauses take their time; longer waits never end, or a timer would run in the middle of a test.</summary>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, dueTime < LongestPause ? dueTime : Timeout.InfiniteTimeSpan, period);
}
