using Drawdown.Domain.Credits;

namespace Drawdown.Domain.Tests.Credits;

public sealed class CreditBalanceTests
{
    private readonly Account _account = new();

    [Fact]
    public void An_account_without_credits_has_no_balances()
    {
        Assert.Empty(Now());
        Assert.Empty(AsOf(Given.Now));
    }

    [Fact]
    public void A_balance_says_where_everything_that_was_granted_went()
    {
        _account.Grant(100m);
        _account.Grant(50m, expiresAt: Given.Day(1));
        _account.Void(_account.Grant(7m, expiresAt: Given.Day(9)));
        _account.DrawDown(30m);
        _account.Now = Given.Day(2);
        _account.DrawDown(10m);

        AssertTotals(Assert.Single(Now()), granted: 157m, remaining: 90m, drawn: 40m, expired: 20m, voided: 7m);
    }

    [Fact]
    public void Each_currency_has_its_own_balance_in_the_order_of_the_codes()
    {
        _account.Grant(1m, "USD");
        _account.Grant(2m, "EUR");
        _account.Grant(3m, "USD");

        Assert.Equal([("EUR", 2m), ("USD", 4m)], Now().Select(balance => (balance.Currency, balance.Remaining)));
    }

    [Fact]
    public void What_was_given_back_does_not_count_as_drawn()
    {
        _account.Grant(100m);
        _account.Reverse(_account.DrawDown(30m).Id);

        AssertTotals(Assert.Single(Now()), granted: 100m, remaining: 100m);
    }

    [Fact]
    public void A_scheduled_credit_counts_from_the_very_instant_at_which_it_is_effective()
    {
        _account.Grant(100m, effectiveAt: Given.Day(5));

        Assert.Empty(Now());
        Assert.Empty(AsOf(Given.Day(5) - Given.Tick));
        AssertTotals(Assert.Single(AsOf(Given.Day(5))), granted: 100m, remaining: 100m);
        AssertTotals(Assert.Single(CreditBalance.Of(_account.Credits, Given.Day(5))), granted: 100m, remaining: 100m);
    }

    [Fact]
    public void A_scheduled_credit_that_was_voided_before_it_began_counts_as_granted_and_voided_when_it_begins()
    {
        _account.Void(_account.Grant(100m, effectiveAt: Given.Day(5)));

        Assert.Empty(Now());
        AssertTotals(Assert.Single(AsOf(Given.Day(5))), granted: 100m, voided: 100m);
    }

    [Fact]
    public void A_credit_counts_as_expired_from_the_very_instant_of_its_expiry()
    {
        _account.Grant(100m, expiresAt: Given.Day(5));

        AssertTotals(Assert.Single(AsOf(Given.Day(5) - Given.Tick)), granted: 100m, remaining: 100m);
        AssertTotals(Assert.Single(AsOf(Given.Day(5))), granted: 100m, expired: 100m);
    }

    [Fact]
    public void As_of_a_past_instant_only_what_counted_by_then_counts()
    {
        var id = _account.Grant(100m, expiresAt: Given.Day(5));
        _account.Now = Given.Day(1);
        var drawdown = _account.DrawDown(30m);
        _account.Now = Given.Day(2);
        _account.Reverse(drawdown.Id);
        _account.Now = Given.Day(3);
        _account.Void(id);
        _account.Now = Given.Day(9);

        Assert.Empty(AsOf(Given.Now - Given.Tick));
        AssertTotals(Assert.Single(AsOf(Given.Now)), granted: 100m, remaining: 100m);
        AssertTotals(Assert.Single(AsOf(Given.Day(1) - Given.Tick)), granted: 100m, remaining: 100m);
        AssertTotals(Assert.Single(AsOf(Given.Day(1))), granted: 100m, remaining: 70m, drawn: 30m);
        AssertTotals(Assert.Single(AsOf(Given.Day(2) - Given.Tick)), granted: 100m, remaining: 70m, drawn: 30m);
        AssertTotals(Assert.Single(AsOf(Given.Day(2))), granted: 100m, remaining: 100m);
        AssertTotals(Assert.Single(AsOf(Given.Day(3) - Given.Tick)), granted: 100m, remaining: 100m);
        AssertTotals(Assert.Single(AsOf(Given.Day(3))), granted: 100m, voided: 100m);
        AssertTotals(Assert.Single(AsOf(Given.Day(9))), granted: 100m, voided: 100m);
    }

    [Fact]
    public void As_of_a_future_instant_the_balance_is_what_it_will_be_if_nothing_is_done()
    {
        _account.Grant(100m, expiresAt: Given.Day(5));
        _account.Grant(10m, effectiveAt: Given.Day(3));
        _account.DrawDown(30m);

        AssertTotals(Assert.Single(AsOf(Given.Day(4))), granted: 110m, remaining: 80m, drawn: 30m);
        AssertTotals(Assert.Single(AsOf(Given.Day(5))), granted: 110m, remaining: 10m, drawn: 30m, expired: 70m);
    }

    [Fact]
    public void As_of_a_past_instant_an_expiry_that_was_posted_late_counts_from_its_own_instant()
    {
        _account.Grant(100m, expiresAt: Given.Day(5));
        _account.Now = Given.Day(9);
        _account.PostLapsed();

        AssertTotals(Assert.Single(AsOf(Given.Day(5) - Given.Tick)), granted: 100m, remaining: 100m);
        AssertTotals(Assert.Single(AsOf(Given.Day(5))), granted: 100m, expired: 100m);
    }

    [Fact]
    public void As_of_a_past_instant_a_slice_that_came_back_into_an_expired_credit_is_still_drawn()
    {
        _account.Grant(100m, expiresAt: Given.Day(5));
        var drawdown = _account.DrawDown(30m);
        _account.Now = Given.Day(7);
        _account.Reverse(drawdown.Id);
        _account.Now = Given.Day(9);
        _account.PostLapsed();

        AssertTotals(Assert.Single(AsOf(Given.Day(6))), granted: 100m, drawn: 30m, expired: 70m);
        AssertTotals(Assert.Single(AsOf(Given.Day(7))), granted: 100m, expired: 100m);
    }

    [Fact]
    public void An_expiry_that_was_moved_leaves_past_balances_as_they_were()
    {
        var id = _account.Grant(100m, expiresAt: Given.Day(5));
        _account.Now = Given.Day(4);
        _account.ChangeExpiry(id, Given.Day(4) + Given.Tick);

        AssertTotals(Assert.Single(AsOf(Given.Day(4))), granted: 100m, remaining: 100m);
        AssertTotals(Assert.Single(AsOf(Given.Day(4) + Given.Tick)), granted: 100m, expired: 100m);
    }

    /// <summary>The only way in which an answer about the past changes: it is what a backdated grant is for.</summary>
    [Fact]
    public void A_backdated_grant_counts_from_its_effective_instant()
    {
        _account.Now = Given.Day(9);
        _account.Grant(100m, effectiveAt: Given.Day(5));

        Assert.Empty(AsOf(Given.Day(5) - Given.Tick));
        AssertTotals(Assert.Single(AsOf(Given.Day(5))), granted: 100m, remaining: 100m);
    }

    [Fact]
    public void What_remains_is_listed_by_expiry_soonest_first_without_what_never_expires()
    {
        _account.Grant(1m, expiresAt: Given.Day(20));
        _account.Grant(2m, expiresAt: Given.Day(10));
        _account.Grant(4m, expiresAt: Given.Day(20));
        _account.Grant(8m);
        _account.Grant(16m, "EUR", expiresAt: Given.Day(15));

        Assert.Equal(
            [
                [new(Given.Day(15), 16m)],
                [new ExpiringAmount(Given.Day(10), 2m), new(Given.Day(20), 5m)],
            ],
            Now().Select(balance => balance.Expiring.ToArray())
        );
    }

    [Fact]
    public void Nothing_that_is_used_up_closed_or_scheduled_is_listed_as_expiring()
    {
        _account.Grant(1m, expiresAt: Given.Day(1));
        _account.DrawDown(1m);
        _account.Void(_account.Grant(2m, expiresAt: Given.Day(11)));
        _account.Grant(4m, expiresAt: Given.Day(2));
        _account.Grant(8m, effectiveAt: Given.Day(5), expiresAt: Given.Day(12));
        _account.Grant(16m, expiresAt: Given.Day(13));
        _account.Now = Given.Day(2);

        Assert.Equal([new(Given.Day(13), 16m)], Assert.Single(Now()).Expiring);
    }

    private IReadOnlyList<CreditBalance> Now() => CreditBalance.Of(_account.Credits, _account.Now);

    private IReadOnlyList<CreditBalance> AsOf(DateTimeOffset at) =>
        CreditBalance.AsOf(_account.Credits, _account.Entries, at);

    private static void AssertTotals(
        CreditBalance balance,
        decimal granted,
        decimal remaining = 0m,
        decimal drawn = 0m,
        decimal expired = 0m,
        decimal voided = 0m
    ) =>
        Assert.Equal(
            (granted, remaining, drawn, expired, voided),
            (balance.Granted, balance.Remaining, balance.Drawn, balance.Expired, balance.Voided)
        );
}
