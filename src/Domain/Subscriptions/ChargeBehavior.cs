namespace Drawdown.Domain.Subscriptions;

/// <summary>How a change of prepaid units within a period is charged.</summary>
public enum ChargeBehavior
{
    /// <summary>The units cost the whole period, whenever they came.</summary>
    Full,

    /// <summary>The units cost the share of the period in which they are held.</summary>
    Prorate,
}

/// <summary>The names of <see cref="ChargeBehavior"/>.</summary>
public static class ChargeBehaviorNames
{
    /// <summary>Both ways.</summary>
    public static readonly WireNames<ChargeBehavior> Names = new(
        ("full", ChargeBehavior.Full),
        ("prorate", ChargeBehavior.Prorate)
    );
}
