using System.Collections.Immutable;
using Drawdown.Domain.Rating;
using FsCheck;
using FsCheck.Fluent;

namespace Drawdown.Domain.Tests.Rating;

/// <summary>Random prices. Ranges and batches are small, so that their boundaries are met often.</summary>
internal static class Prices
{
    /// <summary>Quarter units, up to beyond most tiers.</summary>
    public static readonly Gen<int> Quarters = Gen.Frequency(
        (1, Gen.Constant(0)),
        (6, Gen.Choose(1, 30).Select(units => units * NaivePrice.Quarters)),
        (6, Gen.Choose(1, 160))
    );

    private static readonly Gen<long> Cost = Gen.Frequency(
        (1, Gen.Constant(0L)),
        (4, Gen.Choose(1, 20).Select(units => units * 10_000_000_000L)),
        (4, Gen.Choose(1, 5000).Select(cents => cents * 100_000_000L)),
        (3, Gen.Choose(1, 1_000_000_000).Select(smallest => (long)smallest))
    );

    private static readonly Gen<NaiveTier> Tier =
        from type in Gen.Elements(TierType.Free, TierType.Flat, TierType.PerUnit, TierType.PerUnit, TierType.PerUnit)
        from length in Gen.OneOf(Gen.Choose(1, 10).Select(units => units * NaivePrice.Quarters), Gen.Choose(1, 60))
        from cost in Cost
        from batch in Gen.Frequency(
            (2, Gen.Constant(NaivePrice.Quarters)),
            (2, Gen.Choose(2, 6).Select(units => units * NaivePrice.Quarters)),
            (2, Gen.Choose(1, 17))
        )
        from rounding in Gen.Elements(Enum.GetValues<BatchRounding>())
        // The lengths become ranges when the tiers are put one after the other.
        select new NaiveTier(type, 0, length, cost, batch, rounding);

    /// <summary>Up to five tiers, the last of which is open-ended more often than not.</summary>
    public static readonly Gen<NaivePrice> All =
        from tiers in Gen.Choose(1, 5).SelectMany(count => Gen.ArrayOf(Tier, count))
        from open in Gen.Elements(true, true, false)
        from bulk in Gen.Elements(true, false)
        select new NaivePrice(Joined(tiers, open), bulk);

    private static ImmutableArray<NaiveTier> Joined(NaiveTier[] tiers, bool open)
    {
        var start = 0;
        var joined = ImmutableArray.CreateBuilder<NaiveTier>();
        foreach (var tier in tiers)
        {
            var end = start + tier.End!.Value;
            joined.Add(tier with { Start = start, End = end });
            start = end;
        }
        if (open)
            joined[^1] = joined[^1] with { End = null };
        return joined.ToImmutable();
    }
}
