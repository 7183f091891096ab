namespace Drawdown.Domain.Subscriptions;

/// <summary>When a recurring charge is billed.</summary>
public enum ChargeTiming
{
    /// <summary>At the beginning of each period.</summary>
    InAdvance,

    /// <summary>At the end of each period.</summary>
    InArrears,
}

/// <summary>The names of <see cref="ChargeTiming"/>.</summary>
public static class ChargeTimingNames
{
    /// <summary>Both ways.</summary>
    public static readonly WireNames<ChargeTiming> Names = new(
        ("in_advance", ChargeTiming.InAdvance),
        ("in_arrears", ChargeTiming.InArrears)
    );
}
