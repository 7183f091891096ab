namespace Drawdown.Domain.Tests;

/// <summary>Takes an outcome apart, or fails.</summary>
internal static class Outcomes
{
    public static T Accepted<T>(this Outcome<T> outcome) => Assert.IsType<Outcome<T>.Accepted>(outcome).Value;

    public static Refusal Refused<T>(this Outcome<T> outcome) => Assert.IsType<Outcome<T>.Refused>(outcome).Refusal;

    public static TRefusal Refused<T, TRefusal>(this Outcome<T> outcome)
        where TRefusal : Refusal => Assert.IsType<TRefusal>(outcome.Refused());

    /// <summary>The only fault of a refused request.</summary>
    public static Fault OnlyFault<T>(this Outcome<T> outcome) =>
        Assert.Single(outcome.Refused<T, Refusal.Invalid>().Faults);
}
