namespace Drawdown.Functions.Api;

/// <summary>Reads the clock as everything here does.</summary>
public static class ClockReading
{
    /// <summary>Now, in whole milliseconds: what ids hold, and enough to read in a ledger.</summary>
    public static DateTimeOffset GetWholeMilliseconds(this TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
    }
}
