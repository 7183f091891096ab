namespace Drawdown.Domain.Rating;

/// <summary>One price step. Units in (start, end] are in it.</summary>
/// <param name="RangeEnd">Null: open-ended.</param>
/// <param name="CostPerBatch">0 for a free tier; the whole cost for a flat one.</param>
/// <param name="UnitsPerBatch">More than 0; 1 unless the tier is per unit.</param>
public sealed record Tier(
    TierType Type,
    decimal RangeStart,
    decimal? RangeEnd,
    decimal CostPerBatch,
    decimal UnitsPerBatch,
    BatchRounding Rounding
);
