namespace Drawdown.Domain.CreditBatches;

/// <summary>What a batch is. Source: Thought Industries, <c>CreditBatchStatus</c>.</summary>
public enum CreditBatchStatus
{
    /// <summary>Its credits can be allocated and redeemed.</summary>
    Active,

    /// <summary>Its expiry has come; what was left has lapsed.</summary>
    Expired,

    /// <summary>It was voided; what was left has lapsed.</summary>
    Voided,
}

/// <summary>The names that are sent.</summary>
public static class CreditBatchStatusNames
{
    private static readonly WireNames<CreditBatchStatus> Names = new(
        ("active", CreditBatchStatus.Active),
        ("expired", CreditBatchStatus.Expired),
        ("voided", CreditBatchStatus.Voided)
    );

    /// <summary>The name of a status.</summary>
    public static string Name(this CreditBatchStatus status) => Names.Of(status);
}
