using System.Collections.Immutable;
using Drawdown.Domain.Money;

namespace Drawdown.Domain.Rating;

/// <summary>The price of a metric's units. Source: Lotus, "Tiers".</summary>
/// <param name="Tiers">From 0, each beginning where the one before ends, only the last open-ended.</param>
/// <param name="Bulk">All units are priced by the tier that the total falls in, instead of each by its own.</param>
public sealed record PriceTiers(ImmutableArray<Tier> Tiers, bool Bulk)
{
    // A whole number, so that rounding to the minor unit of any currency does not lead beyond what an amount may be.
    private static readonly Fraction MostOnAnInvoice = Fraction.Of(decimal.Truncate(ExactDecimal.Largest));

    /// <summary>The exact price of that many units, not rounded.</summary>
    /// <param name="units">0 or more.</param>
    public Fraction Rate(decimal units)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(units);
        if (Bulk)
            return Tiers.FirstOrDefault(tier => Enters(tier, units) && units <= (tier.RangeEnd ?? units)) is { } tier
                ? Cost(tier, units)
                : Fraction.Zero;
        return Tiers
            .Where(tier => Enters(tier, units))
            .Aggregate(
                Fraction.Zero,
                (sum, tier) => sum + Cost(tier, Math.Min(units, tier.RangeEnd ?? units) - tier.RangeStart)
            );
    }

    /// <summary>
    /// The largest number of units that has a price; null when every number has one. A closed last tier prices nothing beyond
    /// its end.
    /// </summary>
    public decimal? MaxUnits => Tiers[^1].RangeEnd;

    /// <summary>Whether that many units cost more than an invoice can state.</summary>
    public bool IsTooMuchToInvoice(decimal units) => Rate(units) > MostOnAnInvoice;

    private static bool Enters(Tier tier, decimal units) => units > tier.RangeStart;

    private static Fraction Cost(Tier tier, decimal units) =>
        tier.Type switch
        {
            TierType.Free => Fraction.Zero,
            TierType.Flat => Fraction.Of(tier.CostPerBatch),
            TierType.PerUnit => Batches(tier, units) * Fraction.Of(tier.CostPerBatch),
            _ => throw new ArgumentOutOfRangeException(nameof(tier), tier.Type, "Not a tier type."),
        };

    private static Fraction Batches(Tier tier, decimal units)
    {
        var batches = Fraction.Of(units) / Fraction.Of(tier.UnitsPerBatch);
        return tier.Rounding switch
        {
            BatchRounding.RoundUp => batches.Ceiling(),
            BatchRounding.RoundDown => batches.Floor(),
            BatchRounding.RoundNearest => batches.Nearest(),
            BatchRounding.NoRounding => batches,
            _ => throw new ArgumentOutOfRangeException(nameof(tier), tier.Rounding, "Not a batch rounding."),
        };
    }
}
