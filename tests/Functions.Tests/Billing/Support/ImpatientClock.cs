namespace Drawdown.Functions.Tests.Billing.Support;

/// <summary>
/// Another clock's time, but the pauses between attempts are over at once: where time stands still, a process that has to try
/// again would wait for ever.
/// </summary>
public sealed class ImpatientClock(TimeProvider time) : TimeProvider
{
    // The pauses between attempts are shorter, the time limit of a request is longer.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public override long TimestampFrequency => time.TimestampFrequency;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => time.GetUtcNow();

    /// <inheritdoc/>
    public override long GetTimestamp() => time.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        dueTime >= TimeSpan.Zero && dueTime < LongestPause
            ? System.CreateTimer(callback, state, TimeSpan.Zero, period)
            : time.CreateTimer(callback, state, dueTime, period);
}
