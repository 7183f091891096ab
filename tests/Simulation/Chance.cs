namespace Drawdown.Simulation;

/// <summary>
/// Chance that follows from a seed: SplitMix64, which is the same on every machine and every version of .NET. A fork is a
/// stream of its own, so that what one operation draws does not depend on what other operations drew.
/// </summary>
public sealed class Chance
{
    private readonly ulong _seed;
    private ulong _state;

    /// <summary>The stream of a seed.</summary>
    public Chance(ulong seed) => _seed = _state = seed;

    /// <summary>A stream that follows from this one's seed and a number, whatever was drawn before.</summary>
    public Chance Fork(ulong number) => new(Mix(unchecked(_seed ^ Mix(number + 0x9E37_79B9_7F4A_7C15))));

    /// <summary>64 random bits.</summary>
    public ulong Next() => Mix(_state = unchecked(_state + 0x9E37_79B9_7F4A_7C15));

    /// <summary>A number from 0 to below <paramref name="limit"/>.</summary>
    public int Below(int limit) => (int)(Next() % (ulong)limit);

    /// <summary>A number from <paramref name="from"/> to <paramref name="to"/>, both included.</summary>
    public int Between(int from, int to) => from + Below(to - from + 1);

    /// <summary>True in so many of a hundred cases.</summary>
    public bool Percent(int percent) => Below(100) < percent;

    /// <summary>One of them.</summary>
    public T Pick<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];

    /// <summary>One of them, each as often as its weight says.</summary>
    public T Weighted<T>(params ReadOnlySpan<(int Weight, T Choice)> choices)
    {
        var total = 0;
        foreach (var (weight, _) in choices)
            total += weight;
        var at = Below(total);
        foreach (var (weight, choice) in choices)
        {
            if (at < weight)
                return choice;
            at -= weight;
        }
        throw new InvalidOperationException("The weights add up.");
    }

    private static ulong Mix(ulong bits)
    {
        unchecked
        {
            bits = (bits ^ (bits >> 30)) * 0xBF58_476D_1CE4_E5B9;
            bits = (bits ^ (bits >> 27)) * 0x94D0_49BB_1331_11EB;
            return bits ^ (bits >> 31);
        }
    }
}
