namespace Drawdown.Domain.Subscriptions;

/// <summary>How long a billing period of a plan is.</summary>
public enum PlanDuration
{
    /// <summary>A calendar month.</summary>
    Monthly,

    /// <summary>Three calendar months.</summary>
    Quarterly,

    /// <summary>Twelve calendar months.</summary>
    Yearly,
}

/// <summary>The names of <see cref="PlanDuration"/>.</summary>
public static class PlanDurationNames
{
    /// <summary>Both ways.</summary>
    public static readonly WireNames<PlanDuration> Names = new(
        ("monthly", PlanDuration.Monthly),
        ("quarterly", PlanDuration.Quarterly),
        ("yearly", PlanDuration.Yearly)
    );

    /// <summary>The calendar months of a duration.</summary>
    public static int Months(this PlanDuration duration) =>
        duration switch
        {
            PlanDuration.Monthly => 1,
            PlanDuration.Quarterly => 3,
            PlanDuration.Yearly => 12,
            _ => throw new ArgumentOutOfRangeException(nameof(duration), duration, "Not a plan duration."),
        };
}
