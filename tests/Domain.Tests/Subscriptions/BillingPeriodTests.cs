using Drawdown.Domain.Money;
using Drawdown.Domain.Subscriptions;
using FsCheck.Fluent;

namespace Drawdown.Domain.Tests.Subscriptions;

public sealed class BillingPeriodTests
{
    private static readonly BillingPeriod April = new(0, Given.April, Given.Utc(2026, 5, 1), Given.Utc(2026, 5, 1));

    [Fact]
    public void A_period_that_lasts_to_its_end_has_the_share_of_1() => Assert.Equal(Fraction.Of(1m), April.Share);

    [Fact]
    public void A_period_that_ends_early_has_the_share_that_it_lasts() =>
        Assert.Equal(Fraction.Of(1, 3), (April with { Until = Given.Utc(2026, 4, 11) }).Share);

    [Fact]
    public void A_share_is_exact_to_the_tick() =>
        Assert.Equal(Fraction.Of(1, TimeSpan.FromDays(30).Ticks), April.ShareOf(April.Start, April.Start + Given.Tick));

    [Fact]
    public void Shares_are_of_the_full_period_also_when_it_ends_early() =>
        Assert.Equal(
            Fraction.Of(1, 30),
            (April with { Until = Given.Utc(2026, 4, 11) }).ShareOf(Given.Utc(2026, 4, 10), Given.Utc(2026, 4, 11))
        );

    [Fact]
    public void A_day_of_the_change_to_summer_time_is_a_smaller_share() =>
        // March 2026 in Berlin has 743 hours, the 29th 23 of them.
        Assert.Equal(
            Fraction.Of(23, 743),
            new BillingPeriod(
                0,
                Given.Utc(2026, 2, 28, 23),
                Given.Utc(2026, 3, 31, 22),
                Given.Utc(2026, 3, 31, 22)
            ).ShareOf(Given.Utc(2026, 3, 28, 23), Given.Utc(2026, 3, 29, 22))
        );

    [Fact]
    public void The_shares_of_all_parts_are_1() =>
        Law.HoldsFor(
            Gen.ListOf(Gen.Choose(0, 30 * 24 * 3600 - 1)),
            seconds =>
            {
                DateTimeOffset[] cuts =
                [
                    April.Start,
                    .. seconds.Order().Select(second => April.Start.AddSeconds(second)),
                    April.End,
                ];

                Assert.Equal(
                    Fraction.Of(1m),
                    cuts.Zip(cuts.Skip(1), April.ShareOf).Aggregate(Fraction.Zero, (sum, share) => sum + share)
                );
            }
        );

    [Fact]
    public void The_periods_of_a_subscription_leave_no_gap_and_do_not_overlap()
    {
        var cases =
            from anchor in BillingAnchorTests.Anchors
            from days in Gen.OneOf(Gen.Constant<int?>(null), Gen.Choose(1, 2000).Select(days => (int?)days))
            select (Anchor: anchor, Days: days);

        Law.HoldsFor(
            cases,
            c =>
            {
                var plan = Given.Plan() with { Duration = c.Anchor.Duration };
                DateTimeOffset? end = c.Days is { } days ? c.Anchor.Start.AddDays(days) : null;
                var account = new Account(Given.HeadWith(timezone: c.Anchor.Timezone)) { Now = c.Anchor.Start };
                var id = account.Subscribe(Given.Request(plan, c.Anchor.Start, end));
                var last = account[id].Period!;
                Assert.Equal((0, c.Anchor.Start), (last.Index, last.Start));

                account.Now = c.Anchor.Start.AddDays(2100);
                while (account.Step(id) is { Subscription: { Closed: false, Period: { } period } })
                {
                    Assert.Equal((last.Index + 1, last.Until, last.End), (period.Index, period.Start, period.Start));
                    Assert.True(period.Start < period.Until && period.Until <= period.End);
                    last = period;
                }
                Assert.Equal(end is not null, account[id].Closed);
                Assert.Equal(end ?? last.End, last.Until);
            },
            count: 100
        );
    }

    [Theory]
    [InlineData(ChargeBehavior.Full, 30, "10")]
    [InlineData(ChargeBehavior.Full, 10, "10")]
    [InlineData(ChargeBehavior.Prorate, 30, "10")]
    [InlineData(ChargeBehavior.Prorate, 10, "3.33")]
    [InlineData(ChargeBehavior.Prorate, 20, "6.67")]
    public void A_recurring_charge_costs_its_amount_or_the_share_that_the_period_lasts(
        ChargeBehavior behavior,
        int days,
        string due
    ) =>
        Assert.Equal(
            ExactDecimal.Parse(due),
            Given
                .Recurring("Support", 10m, behavior: behavior)
                .Due(April with { Until = April.Start.AddDays(days) }, Currency.Get("USD"))
        );

    [Theory]
    [InlineData("JPY", "11")]
    [InlineData("USD", "10.51")]
    [InlineData("KWD", "10.505")]
    public void A_recurring_charge_is_rounded_to_the_currencys_smallest_coin(string currency, string due) =>
        Assert.Equal(ExactDecimal.Parse(due), Given.Recurring("Support", 10.505m).Due(April, Currency.Get(currency)));
}
