using System.Numerics;

namespace Drawdown.Oracle;

/// <summary>An exact fraction: what is shared by time is rounded once, at the end.</summary>
public readonly record struct Ratio(BigInteger Over, BigInteger Under)
{
    /// <summary>Nothing.</summary>
    public static Ratio None => new(0, 1);

    /// <summary>An amount of at most ten decimals.</summary>
    public static Ratio Of(decimal amount) => new(new BigInteger(amount * 10_000_000_000m), 10_000_000_000);

    public static Ratio operator +(Ratio one, Ratio other) =>
        new(one.Over * other.Under + other.Over * one.Under, one.Under * other.Under);

    public static Ratio operator *(Ratio one, Ratio other) => new(one.Over * other.Over, one.Under * other.Under);

    /// <summary>The next whole number up; it is never negative here.</summary>
    public Ratio Up() => new((Over + Under - 1) / Under, 1);

    /// <summary>In cents, halves away from zero; it is never negative here.</summary>
    public decimal Cents() => (decimal)((Over * 200 + Under) / (Under * 2)) / 100m;
}
