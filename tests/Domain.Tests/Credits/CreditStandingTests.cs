using Drawdown.Domain.Credits;
using Drawdown.Domain.Ledger;

namespace Drawdown.Domain.Tests.Credits;

public sealed class CreditStandingTests
{
    private static readonly Credit Scheduled = Given.Credit(effectiveAt: Given.Day(5), expiresAt: Given.Day(10));

    [Fact]
    public void An_expired_credit_is_inactive_at_the_very_instant_of_its_expiry()
    {
        var standing = Scheduled.StandingAt(Given.Day(10));

        Assert.False(standing.IsActive);
        Assert.Equal(EntryType.Expire, standing.Closing);
        Assert.Equal((0m, 100m, 0m), (standing.Remaining, standing.Expired, standing.Spendable));
        Assert.Equal(100m, standing.Lapsed);
        Assert.Equal(Given.Day(10), standing.ClosedAt);
    }

    [Fact]
    public void An_instant_before_its_expiry_a_credit_is_active()
    {
        var standing = Scheduled.StandingAt(Given.Day(10) - Given.Tick);

        Assert.True(standing.IsActive);
        Assert.Null(standing.Closing);
        Assert.Null(standing.ClosedAt);
        Assert.Equal((100m, 0m, 100m), (standing.Remaining, standing.Expired, standing.Spendable));
        Assert.Equal(0m, standing.Lapsed);
    }

    [Fact]
    public void A_credit_can_be_spent_from_the_very_instant_at_which_it_is_effective() =>
        Assert.Equal(100m, Scheduled.StandingAt(Given.Day(5)).Spendable);

    [Fact]
    public void An_instant_before_it_is_effective_a_credit_is_active_but_has_nothing_to_spend()
    {
        var standing = Scheduled.StandingAt(Given.Day(5) - Given.Tick);

        Assert.True(standing.IsActive);
        Assert.Equal((100m, 0m), (standing.Remaining, standing.Spendable));
    }

    [Fact]
    public void The_same_instant_in_another_offset_is_the_same_instant() =>
        Assert.False(Scheduled.StandingAt(Given.Day(10).ToOffset(TimeSpan.FromHours(-7))).IsActive);

    [Fact]
    public void A_credit_that_never_expires_stays_active() =>
        Assert.True(Given.Credit().StandingAt(DateTimeOffset.MaxValue).IsActive);

    [Fact]
    public void A_used_up_credit_is_inactive_but_not_closed()
    {
        var standing = (Given.Credit() with { Remaining = 0m, Drawn = 100m }).StandingAt(Given.Now);

        Assert.False(standing.IsActive);
        Assert.Null(standing.Closing);
        Assert.Equal(100m, standing.Drawn);
    }

    [Fact]
    public void What_was_given_back_does_not_count_as_drawn() =>
        Assert.Equal(
            40m,
            (Given.Credit() with { Remaining = 60m, Drawn = 100m, Reinstated = 60m }).StandingAt(Given.Now).Drawn
        );

    [Fact]
    public void A_voided_credit_stays_voided_after_its_expiry_passes()
    {
        var standing = (Scheduled with { VoidedAt = Given.Day(6) }).StandingAt(Given.Day(11));

        Assert.Equal(EntryType.Void, standing.Closing);
        Assert.Equal((100m, 0m), (standing.Voided, standing.Expired));
        Assert.Equal(Given.Day(6), standing.ClosedAt);
    }

    [Fact]
    public void What_is_posted_and_what_is_not_posted_yet_count_together()
    {
        var credit = Scheduled with { Remaining = 30m, Expired = 70m };

        Assert.Equal(100m, credit.StandingAt(Given.Day(10)).Expired);
        Assert.Equal(0m, credit.StandingAt(Given.Day(10)).Remaining);
    }

    [Theory]
    [InlineData(12, 12)]
    [InlineData(9, 10)]
    public void A_close_does_not_count_from_before_the_last_entry(int lastEntry, int closed) =>
        Assert.Equal(
            Given.Day(closed),
            (Scheduled with { LastEffectiveAt = Given.Day(lastEntry) }).StandingAt(Given.Day(20)).ClosedAt
        );

    [Fact]
    public void A_credit_balances_only_when_nothing_comes_from_nowhere_and_nothing_is_lost()
    {
        var credit = Given.Credit(amount: 100m) with
        {
            Remaining = 25m,
            Drawn = 60m,
            Reinstated = 10m,
            Expired = 20m,
            Voided = 5m,
        };

        Assert.True(credit.Balances);
        Assert.False((credit with { Remaining = 25m + Given.Smallest }).Balances);
        Assert.False((credit with { Drawn = 61m }).Balances);
        Assert.False((credit with { Reinstated = 11m }).Balances);
        Assert.False((credit with { Expired = 21m }).Balances);
        Assert.False((credit with { Voided = 6m }).Balances);
        Assert.False((credit with { Amount = 101m }).Balances);
        Assert.False((credit with { Remaining = -1m, Drawn = 86m }).Balances);
    }
}
