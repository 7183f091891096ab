namespace Drawdown.Domain.Invoicing;

/// <summary>What a line of an invoice is for.</summary>
public enum BillingType
{
    /// <summary>A period that begins.</summary>
    InAdvance,

    /// <summary>A period that has ended.</summary>
    InArrears,

    /// <summary>A change within a period.</summary>
    Intermediate,

    /// <summary>Something that does not recur.</summary>
    OneTime,
}

/// <summary>The names of <see cref="BillingType"/>.</summary>
public static class BillingTypeNames
{
    /// <summary>Both ways.</summary>
    public static readonly WireNames<BillingType> Names = new(
        ("in_advance", BillingType.InAdvance),
        ("in_arrears", BillingType.InArrears),
        ("intermediate", BillingType.Intermediate),
        ("one_time", BillingType.OneTime)
    );
}
