using Drawdown.Domain.Invoicing;
using Drawdown.Domain.Rating;
using Drawdown.Domain.Subscriptions;

namespace Drawdown.Domain.Tests;

public sealed class WireNamesTests
{
    private static readonly WireNames<ChargeBehavior> Names = ChargeBehaviorNames.Names;

    [Fact]
    public void Every_name_is_the_one_that_the_wire_documents()
    {
        AssertNames(BatchRoundingNames.Names, "round_up", "round_down", "round_nearest", "no_rounding");
        AssertNames(TierTypeNames.Names, "flat", "per_unit", "free");
        AssertNames(ChargeBehaviorNames.Names, "full", "prorate");
        AssertNames(ChargeTimingNames.Names, "in_advance", "in_arrears");
        AssertNames(PlanDurationNames.Names, "monthly", "quarterly", "yearly");
        AssertNames(SubscriptionStatusNames.Names, "not_started", "active", "ended");
        AssertNames(BillingTypeNames.Names, "in_advance", "in_arrears", "intermediate", "one_time");
        AssertNames(ChargeStatusNames.Names, "waiting", "queued", "invoiced", "failed");
    }

    [Theory]
    [InlineData(PlanDuration.Monthly, 1)]
    [InlineData(PlanDuration.Quarterly, 3)]
    [InlineData(PlanDuration.Yearly, 12)]
    public void A_duration_has_its_months(PlanDuration duration, int months) => Assert.Equal(months, duration.Months());

    [Fact]
    public void A_duration_that_does_not_exist_is_a_bug() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ((PlanDuration)99).Months());

    [Theory]
    [InlineData("")]
    [InlineData("Full")]
    [InlineData(" full")]
    [InlineData("0")]
    [InlineData("pro_rate")]
    public void Another_name_finds_nothing_and_is_a_bug_where_it_was_stored(string name)
    {
        Assert.Null(Names.Find(name));
        Assert.Equal($"Not a ChargeBehavior: {name}.", Assert.Throws<FormatException>(() => Names.Parse(name)).Message);
    }

    [Fact]
    public void A_value_without_a_name_is_a_bug() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Names.Of((ChargeBehavior)99));

    [Fact]
    public void A_name_and_a_value_are_given_once()
    {
        Assert.Throws<ArgumentException>(() =>
            new WireNames<ChargeBehavior>(("full", ChargeBehavior.Full), ("full", ChargeBehavior.Prorate))
        );
        Assert.Throws<ArgumentException>(() =>
            new WireNames<ChargeBehavior>(("full", ChargeBehavior.Full), ("whole", ChargeBehavior.Full))
        );
    }

    // The names are in the order of the values.
    private static void AssertNames<TEnum>(WireNames<TEnum> names, params string[] expected)
        where TEnum : struct, Enum
    {
        var values = Enum.GetValues<TEnum>();
        Assert.Equal(expected, values.Select(names.Of));
        Assert.Equal(expected.Order(StringComparer.Ordinal), names.All.Order(StringComparer.Ordinal));
        Assert.Equal(values, expected.Select(names.Parse));
        Assert.Equal(values, expected.Select(name => names.Find(name)!.Value));
    }
}
