using Drawdown.Domain.Credits;
using FsCheck.Fluent;

namespace Drawdown.Domain.Tests.Credits;

public sealed class DrawdownOrderTests
{
    [Fact]
    public void The_soonest_expiry_comes_first() =>
        AssertOrder(
            Given.Credit(2, expiresAt: Given.Day(1), paid: 0m, effectiveAt: Given.Now),
            Given.Credit(1, expiresAt: Given.Day(1) + Given.Tick, paid: 100m, effectiveAt: Given.Day(-1))
        );

    [Fact]
    public void What_never_expires_comes_last() =>
        AssertOrder(
            Given.Credit(2, expiresAt: DateTimeOffset.MaxValue, paid: 0m, effectiveAt: Given.Now),
            Given.Credit(1, expiresAt: null, paid: 100m, effectiveAt: Given.Day(-1))
        );

    [Fact]
    public void Of_equal_expiries_the_higher_cost_basis_comes_first()
    {
        AssertOrder(
            Given.Credit(2, 100m, paid: 10.1m, effectiveAt: Given.Now),
            Given.Credit(1, 200m, paid: 20m, effectiveAt: Given.Day(-1))
        );
        AssertOrder(
            Given.Credit(2, 100m, paid: 10.1m, effectiveAt: Given.Now, expiresAt: Given.Day(9)),
            Given.Credit(1, 200m, paid: 20m, effectiveAt: Given.Day(-1), expiresAt: Given.Day(9))
        );
    }

    [Fact]
    public void What_was_paid_for_comes_before_a_promotion() =>
        AssertOrder(
            Given.Credit(2, paid: Given.Smallest, effectiveAt: Given.Now),
            Given.Credit(1, paid: 0m, effectiveAt: Given.Day(-1))
        );

    [Fact]
    public void Of_equal_cost_bases_the_earlier_effective_instant_comes_first() =>
        AssertOrder(
            Given.Credit(2, 3m, paid: 1m, effectiveAt: Given.Now - Given.Tick),
            Given.Credit(1, 6m, paid: 2m, effectiveAt: Given.Now)
        );

    [Fact]
    public void Of_credits_equal_in_all_else_the_lower_id_comes_first() =>
        AssertOrder(Given.Credit(1, 6m, paid: 2m), Given.Credit(2, 3m, paid: 1m));

    [Fact]
    public void Only_the_grant_counts_for_the_order_not_what_is_left() =>
        AssertOrder(Given.Credit(1, 100m) with { Remaining = 1m }, Given.Credit(2, 100m));

    /// <summary>
    /// Ratios between which no 28 digits of a quotient tell: the higher one must come first although its credit is younger.
    /// </summary>
    [Theory]
    [InlineData("9999999999.9999999998", "9999999999.9999999999", "9999999999.9999999997", "9999999999.9999999998")]
    [InlineData("3333333333.3333333332", "9999999999.9999999997", "3333333333.3333333331", "9999999999.9999999994")]
    public void Two_cost_bases_that_differ_by_less_than_a_quotient_can_hold_are_not_equal(
        string higherPaid,
        string higherAmount,
        string lowerPaid,
        string lowerAmount
    )
    {
        var higher = Given.Credit(2, Decimal(higherAmount), paid: Decimal(higherPaid), effectiveAt: Given.Now);
        var lower = Given.Credit(1, Decimal(lowerAmount), paid: Decimal(lowerPaid), effectiveAt: Given.Day(-1));
        Assert.Equal(higher.AmountPaid / higher.Amount, lower.AmountPaid / lower.Amount);

        AssertOrder(higher, lower);
    }

    [Fact]
    public void A_third_is_a_third_whatever_the_digits() =>
        AssertOrder(
            Given.Credit(2, 9_999_999_999.9999999999m, paid: 3_333_333_333.3333333333m, effectiveAt: Given.Day(-1)),
            Given.Credit(1, 0.0000000003m, paid: 0.0000000001m, effectiveAt: Given.Now)
        );

    [Fact]
    public void An_amount_that_is_written_with_more_zeros_is_the_same_amount() =>
        AssertOrder(Given.Credit(1, 3.0000000000m, paid: 1.00m), Given.Credit(2, 3m, paid: 1m));

    [Fact]
    public void The_order_is_total()
    {
        var amount =
            from whole in Gen.Choose(0, 3)
            from tenths in Gen.Choose(1, 3)
            select whole + tenths * Given.Smallest;
        var credits =
            from n in Gen.Choose(1, 4)
            from granted in amount
            from paid in Gen.OneOf(Gen.Constant(0m), amount)
            from effective in Gen.Choose(-1, 0)
            from expires in Gen.Choose(0, 2)
            select Given.Credit(n, granted, paid, Given.Day(effective), expires == 0 ? null : Given.Day(expires));

        Law.HoldsFor(
            Gen.Three(credits),
            three =>
            {
                var (x, y, z) = (three.Item1, three.Item2, three.Item3);

                Assert.Equal(0, Compare(x, x));
                Assert.Equal(Compare(x, y), -Compare(y, x));
                Assert.True(Compare(x, y) != 0 || x.Id == y.Id);
                if (Compare(x, y) <= 0 && Compare(y, z) <= 0)
                    Assert.True(Compare(x, z) <= 0);
            },
            count: 2000
        );
    }

    [Fact]
    public void The_order_has_nothing_to_say_about_no_credit()
    {
        Assert.Throws<ArgumentNullException>(() => DrawdownOrder.Instance.Compare(null, Given.Credit()));
        Assert.Throws<ArgumentNullException>(() => DrawdownOrder.Instance.Compare(Given.Credit(), null));
    }

    private static int Compare(Credit x, Credit y) => Math.Sign(DrawdownOrder.Instance.Compare(x, y));

    private static void AssertOrder(Credit first, Credit second)
    {
        Assert.Equal(-1, Compare(first, second));
        Assert.Equal(1, Compare(second, first));
    }

    private static decimal Decimal(string text) => decimal.Parse(text);
}
