namespace Drawdown.Simulation;

/// <summary>How much goes wrong in a run.</summary>
/// <param name="Faults">Of a thousand storage calls, how many go wrong.</param>
/// <param name="Crashes">Of ten thousand storage calls, at how many the process dies.</param>
/// <param name="Network">Of a thousand requests and as many answers, how many get lost between client and host.</param>
/// <param name="Skew">How far the clocks of two processes may be apart.</param>
public sealed record Weather(string Name, int Faults, int Crashes, int Network, TimeSpan Skew)
{
    /// <summary>Nothing goes wrong; only the processes get in each other's way.</summary>
    public static Weather Calm { get; } = new("calm", 0, 0, 0, TimeSpan.Zero);

    /// <summary>A bad day.</summary>
    public static Weather Rough { get; } = new("rough", 12, 15, 10, TimeSpan.FromMilliseconds(20));

    /// <summary>Worse than any outage: one call in fifteen goes wrong.</summary>
    public static Weather Storm { get; } = new("storm", 60, 60, 40, TimeSpan.FromSeconds(2));

    /// <summary>A run's weather.</summary>
    public static Weather Of(Chance chance) => chance.Weighted((2, Calm), (5, Rough), (3, Storm));
}

/// <summary>What happens to one storage call.</summary>
public enum Fate
{
    Fine,
    RequestLost,
    ServerError,
    Unavailable,
    Throttled,
    TimedOutBefore,
    TimedOutAfter,
    ResponseLost,

    /// <summary>The response was lost, and the SDK sent the same request again by itself.</summary>
    SentTwice,
    CrashBefore,
    CrashAfter,
}
