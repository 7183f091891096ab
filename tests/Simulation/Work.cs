namespace Drawdown.Simulation;

/// <summary>
/// One run of the product's code: an HTTP request, a timer's run, a message's delivery. It flows with the code, so that a
/// storage call knows whose it is.
/// </summary>
/// <param name="Name">What it is, in a trace.</param>
/// <param name="Chance">What happens to its calls.</param>
/// <param name="Weather">How often something does.</param>
public sealed record Work(string Name, Chance Chance, Weather Weather)
{
    private static readonly AsyncLocal<Work?> Flowing = new();

    private ulong _calls;

    /// <summary>The work that the present code belongs to; null outside.</summary>
    public static Work? Current
    {
        get => Flowing.Value;
        set => Flowing.Value = value;
    }

    /// <summary>When it was decided: the first time at which it looked at the clock.</summary>
    public DateTimeOffset? DecidedAt { get; set; }

    /// <summary>How many of its calls went wrong.</summary>
    public int Faults { get; set; }

    /// <summary>How many of its commits met a rival's.</summary>
    public int Conflicts { get; set; }

    /// <summary>What the judge keeps with it.</summary>
    public object? Subject { get; init; }

    /// <summary>What happens to its next call, and how long that takes.</summary>
    internal CallPlan NextCall()
    {
        var chance = Chance.Fork(++_calls);
        var fate = Fate.Fine;
        if (chance.Below(1000) < Weather.Faults)
            fate = chance.Weighted(
                (3, Fate.RequestLost),
                (2, Fate.ServerError),
                (2, Fate.Unavailable),
                (2, Fate.Throttled),
                (2, Fate.TimedOutBefore),
                (2, Fate.TimedOutAfter),
                (6, Fate.ResponseLost),
                (6, Fate.SentTwice)
            );
        if (chance.Below(10_000) < Weather.Crashes)
            fate = chance.Percent(50) ? Fate.CrashBefore : Fate.CrashAfter;
        return new(fate, Latency(chance), Latency(chance), chance.Percent(35) ? chance.Between(1, 3) : int.MaxValue);
    }

    // In tenths of a millisecond, so that instants are not whole milliseconds by accident.
    private static TimeSpan Latency(Chance chance) =>
        TimeSpan.FromMicroseconds(
            100L * chance.Weighted((80, chance.Between(5, 100)), (20, chance.Between(100, 1500)))
        );
}

/// <summary>What happens to one storage call.</summary>
/// <param name="Going">From the process to the service.</param>
/// <param name="Coming">Back.</param>
/// <param name="PageSize">At most so many rows come at once.</param>
internal sealed record CallPlan(Fate Fate, TimeSpan Going, TimeSpan Coming, int PageSize);
