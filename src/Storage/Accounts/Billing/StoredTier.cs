using Drawdown.Domain.Rating;

namespace Drawdown.Storage.Accounts.Billing;

/// <summary>How it is stored inside a row, as JSON. The members' names are the storage format: one is added, never renamed.</summary>
internal sealed record StoredTier(
    string Type,
    decimal Start,
    decimal? End,
    decimal Cost,
    decimal Batch,
    string Rounding
)
{
    public static StoredTier Of(Tier tier) =>
        new(
            TierTypeNames.Names.Of(tier.Type),
            tier.RangeStart,
            tier.RangeEnd,
            tier.CostPerBatch,
            tier.UnitsPerBatch,
            BatchRoundingNames.Names.Of(tier.Rounding)
        );

    public Tier ToTier() =>
        new(TierTypeNames.Names.Parse(Type), Start, End, Cost, Batch, BatchRoundingNames.Names.Parse(Rounding));
}
