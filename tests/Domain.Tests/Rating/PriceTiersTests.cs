using System.Collections.Immutable;
using System.Globalization;
using Drawdown.Domain.Money;
using Drawdown.Domain.Rating;
using FsCheck.Fluent;

namespace Drawdown.Domain.Tests.Rating;

public sealed class PriceTiersTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("0.5", "0")]
    [InlineData("10", "0")]
    [InlineData("10.5", "0.5")]
    [InlineData("15", "5")]
    [InlineData("20", "10")]
    public void Ten_units_are_free_and_each_beyond_costs_one(string units, string price) =>
        AssertPrice(price, Given.TenFree, units);

    [Theory]
    [InlineData("0", "0")]
    [InlineData("0.0000000001", "7")]
    [InlineData("5", "7")]
    [InlineData("1000000", "7")]
    public void A_flat_tier_costs_once_when_it_is_entered(string units, string price) =>
        AssertPrice(price, Given.Tiers(Given.Flat(0m, null, 7m)), units);

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("9999999999.9999999999")]
    public void A_free_tier_costs_nothing(string units) => AssertPrice("0", Given.Tiers(Given.Free(0m, null)), units);

    [Theory]
    [InlineData(BatchRounding.RoundUp, "0", "0")]
    [InlineData(BatchRounding.RoundUp, "0.1", "3")]
    [InlineData(BatchRounding.RoundUp, "4", "3")]
    [InlineData(BatchRounding.RoundUp, "4.0000000001", "6")]
    [InlineData(BatchRounding.RoundUp, "7", "6")]
    [InlineData(BatchRounding.RoundDown, "3.9999999999", "0")]
    [InlineData(BatchRounding.RoundDown, "4", "3")]
    [InlineData(BatchRounding.RoundDown, "7", "3")]
    [InlineData(BatchRounding.RoundNearest, "1.9999999999", "0")]
    [InlineData(BatchRounding.RoundNearest, "2", "3")]
    [InlineData(BatchRounding.RoundNearest, "5.9999999999", "3")]
    [InlineData(BatchRounding.RoundNearest, "6", "6")]
    [InlineData(BatchRounding.NoRounding, "1", "0.75")]
    [InlineData(BatchRounding.NoRounding, "4", "3")]
    [InlineData(BatchRounding.NoRounding, "7", "5.25")]
    public void A_batch_that_is_not_full_costs_what_the_rounding_says(
        BatchRounding rounding,
        string units,
        string price
    ) => AssertPrice(price, Given.Tiers(Given.PerUnit(0m, null, 3m, batch: 4m, rounding)), units);

    [Theory]
    [InlineData(BatchRounding.RoundUp, "9")]
    [InlineData(BatchRounding.RoundDown, "6")]
    [InlineData(BatchRounding.RoundNearest, "9")]
    [InlineData(BatchRounding.NoRounding, "7.5")]
    public void A_batch_may_be_a_fraction_of_a_unit(BatchRounding rounding, string price) =>
        AssertPrice(price, Given.Tiers(Given.PerUnit(0m, null, 3m, batch: 0.4m, rounding)), "1");

    [Fact]
    public void A_share_of_a_batch_is_not_rounded_before_the_price_is()
    {
        var thirds = Given.Tiers(Given.PerUnit(0m, null, 1m, batch: 3m));

        Assert.Equal(Fraction.Of(1, 3), thirds.Rate(1m));
        Assert.Equal(Fraction.Of(1m), thirds.Rate(1m) + thirds.Rate(2m));
    }

    [Theory]
    [InlineData("0", "0")]
    [InlineData("4", "8")]
    [InlineData("5", "10")]
    [InlineData("5.0000000001", "15")]
    [InlineData("7", "15")]
    [InlineData("7.5", "18")]
    [InlineData("9", "18")]
    [InlineData("9.5", "21")]
    [InlineData("10", "21")]
    [InlineData("12", "21")]
    public void In_graduated_tiers_each_unit_is_priced_by_its_own_tier(string units, string price) =>
        AssertPrice(price, new(FourTiers, Bulk: false), units);

    [Theory]
    [InlineData("0", "0")]
    [InlineData("4", "8")]
    [InlineData("5", "10")]
    [InlineData("5.0000000001", "5")]
    [InlineData("7", "5")]
    [InlineData("7.5", "12")]
    [InlineData("10", "15")]
    [InlineData("10.0000000001", "0")]
    public void In_bulk_all_units_are_priced_by_the_tier_that_the_total_falls_in(string units, string price) =>
        AssertPrice(price, new(FourTiers, Bulk: true), units);

    [Fact]
    public void Every_number_of_units_has_a_price_when_the_last_tier_is_open() => Assert.Null(Given.TenFree.MaxUnits);

    [Fact]
    public void A_closed_last_tier_prices_units_up_to_and_including_its_end()
    {
        var price = Given.Tiers(Given.Free(0m, 10m), Given.PerUnit(10m, 20m, 1m));

        Assert.Equal(20m, price.MaxUnits);
        AssertPrice("10", price, "20");
        AssertPrice("10", price with { Bulk = false }, "25");
        AssertPrice("20", price with { Bulk = true }, "20");
    }

    [Fact]
    public void Fewer_units_than_none_are_a_bug() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Given.TenFree.Rate(-Given.Smallest));

    [Theory]
    [InlineData((TierType)99, BatchRounding.NoRounding)]
    [InlineData(TierType.PerUnit, (BatchRounding)99)]
    public void A_tier_of_a_kind_that_does_not_exist_is_a_bug(TierType type, BatchRounding rounding) =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            Given.Tiers(new Tier(type, 0m, null, 1m, 1m, rounding)).Rate(1m)
        );

    [Fact]
    public void Prices_are_those_of_counting_unit_by_unit() =>
        Law.HoldsFor(
            Prices.All.Zip(Prices.Quarters, (price, quarters) => (Price: price, Quarters: quarters)),
            c =>
            {
                // Beyond a closed last tier there is no price to compare.
                var quarters = Math.Min(c.Quarters, c.Price.Max ?? c.Quarters);
                var (top, bottom) = c.Price.Rate(quarters);

                var rate = c.Price.Real.Rate(NaivePrice.Units(quarters));

                Assert.Equal(Fraction.Of((decimal)top), rate * Fraction.Of((decimal)bottom));
            },
            count: 2000
        );

    [Fact]
    public void In_graduated_tiers_more_units_never_cost_less() =>
        Law.HoldsFor(
            from price in Prices.All
            from few in Prices.Quarters
            from more in Prices.Quarters
            select (Price: price.Real with { Bulk = false }, Few: Math.Min(few, more), Many: Math.Max(few, more)),
            c =>
            {
                var (few, many) = (
                    c.Price.Rate(NaivePrice.Units(c.Few)).Round(10),
                    c.Price.Rate(NaivePrice.Units(c.Many)).Round(10)
                );
                Assert.True(0m <= few && few <= many, $"{c.Few} quarters cost {few}, {c.Many} cost {many}.");
            },
            count: 1000
        );

    [Fact]
    public void In_a_single_tier_bulk_and_graduated_are_the_same() =>
        Law.HoldsFor(
            Prices.All.Zip(
                Prices.Quarters,
                (price, quarters) => (Price: price.Real, Units: NaivePrice.Units(quarters))
            ),
            c =>
            {
                var single = Given.Tiers(c.Price.Tiers[0] with { RangeEnd = null });

                Assert.Equal(single.Rate(c.Units), (single with { Bulk = true }).Rate(c.Units));
            }
        );

    private static ImmutableArray<Tier> FourTiers { get; } =
    [
        Given.PerUnit(0m, 5m, 2m),
        Given.Flat(5m, 7m, 5m),
        Given.PerUnit(7m, 10m, 3m, batch: 2m, BatchRounding.RoundUp),
        Given.Free(10m, null),
    ];

    private static void AssertPrice(string price, PriceTiers tiers, string units) =>
        Assert.Equal(Fraction.Of(Read(price)), tiers.Rate(Read(units)));

    private static decimal Read(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
