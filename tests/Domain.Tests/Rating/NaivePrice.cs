using System.Collections.Immutable;
using System.Numerics;
using Drawdown.Domain.Rating;

namespace Drawdown.Domain.Tests.Rating;

/// <summary>
/// A second implementation of prices that counts: quarter unit by quarter unit, and batch by batch. Costs are whole numbers
/// of the smallest amount, 0.0000000001, so that nothing is ever rounded.
/// </summary>
internal sealed record NaivePrice(ImmutableArray<NaiveTier> Tiers, bool Bulk)
{
    /// <summary>Quarters in a unit.</summary>
    public const int Quarters = 4;

    private static readonly BigInteger CostScale = new(1m / Given.Smallest);

    public static decimal Units(int quarters) => quarters / (decimal)Quarters;

    public PriceTiers Real =>
        new(
            [
                .. Tiers.Select(tier => new Tier(
                    tier.Type,
                    Units(tier.Start),
                    tier.End is { } end ? Units(end) : null,
                    tier.Cost * Given.Smallest,
                    Units(tier.Batch),
                    tier.Rounding
                )),
            ],
            Bulk
        );

    /// <summary>The last quarter that has a price; null when every one has.</summary>
    public int? Max => Tiers[^1].End;

    /// <summary>The price of so many quarter units, as a quotient of whole numbers.</summary>
    public (BigInteger Top, BigInteger Bottom) Rate(int quarters)
    {
        var counts = new int[Tiers.Length];
        var last = -1;
        for (var quarter = 1; quarter <= quarters; quarter++)
        {
            last = TierOf(quarter);
            if (last >= 0)
                counts[last]++;
        }
        if (Bulk)
        {
            Array.Clear(counts);
            if (last >= 0)
                counts[last] = quarters;
        }

        // A share of a batch is a quotient by its size: the product of all sizes holds all shares.
        var shares = Tiers.Aggregate(BigInteger.One, (product, tier) => product * tier.Batch);
        var top = BigInteger.Zero;
        foreach (var (tier, count) in Tiers.Zip(counts))
            top += tier.Cost * BatchesOf(tier, count, shares);
        return (top, shares * CostScale);
    }

    private int TierOf(int quarter)
    {
        for (var index = 0; index < Tiers.Length; index++)
            if (Tiers[index].Start < quarter && (Tiers[index].End is not { } end || quarter <= end))
                return index;
        return -1;
    }

    private static BigInteger BatchesOf(NaiveTier tier, int count, BigInteger shares)
    {
        if (count == 0 || tier.Type is TierType.Free)
            return 0;
        if (tier.Type is TierType.Flat)
            return shares;
        var batches = BigInteger.Zero;
        for (; count >= tier.Batch; count -= tier.Batch)
            batches += shares;
        return batches
            + tier.Rounding switch
            {
                BatchRounding.RoundUp => count > 0 ? shares : 0,
                BatchRounding.RoundDown => 0,
                BatchRounding.RoundNearest => count + count >= tier.Batch ? shares : 0,
                _ => shares / tier.Batch * count,
            };
    }
}

/// <summary>A price step over (start, end] quarter units.</summary>
/// <param name="Cost">In the smallest amount.</param>
/// <param name="Batch">Quarter units of a batch.</param>
internal sealed record NaiveTier(TierType Type, int Start, int? End, long Cost, int Batch, BatchRounding Rounding);
