using Drawdown.Domain.Subscriptions;

namespace Drawdown.Domain.Tests.Subscriptions;

public sealed class SubscriptionStatusTests
{
    private static readonly DateTimeOffset May = Given.Utc(2026, 5, 1);

    private readonly Account _account = new();

    [Fact]
    public void A_subscription_is_active_from_its_start_on_whether_or_not_a_timer_ran()
    {
        var id = _account.Subscribe(Given.Request(Given.Plan()));

        Assert.Equal(SubscriptionStatus.NotStarted, _account[id].StatusAt(Given.April - Given.Tick));
        Assert.Equal(SubscriptionStatus.Active, _account[id].StatusAt(Given.April));
        _account.Now = Given.April;
        _account.CatchUp(id);
        Assert.Equal(SubscriptionStatus.NotStarted, _account[id].StatusAt(Given.April - Given.Tick));
        Assert.Equal(SubscriptionStatus.Active, _account[id].StatusAt(Given.April));
    }

    [Fact]
    public void A_subscription_that_renews_for_ever_never_ends()
    {
        var id = _account.Subscribe(Given.Request(Given.Plan()));

        Assert.Equal(DateTimeOffset.MaxValue, _account[id].LastEnd);
        Assert.Equal(SubscriptionStatus.Active, _account[id].StatusAt(Given.Utc(9999, 1, 1)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_subscription_ends_at_its_end_date_whether_or_not_a_timer_ran(bool timer)
    {
        var end = Given.Utc(2026, 7, 20);
        var id = _account.Subscribe(Given.Request(Given.Plan(), end: end));
        if (timer)
        {
            _account.Now = end - Given.Tick;
            _account.CatchUp(id);
        }

        Assert.Equal(end, _account[id].LastEnd);
        Assert.Equal(SubscriptionStatus.Active, _account[id].StatusAt(end - Given.Tick));
        Assert.Equal(SubscriptionStatus.Ended, _account[id].StatusAt(end));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_subscription_that_does_not_renew_ends_with_its_first_period(bool timer)
    {
        var id = _account.Subscribe(Given.Request(Given.Plan(), autoRenew: false));
        _account.Now = Given.April;
        if (timer)
            _account.CatchUp(id);

        Assert.Equal(May, _account[id].LastEnd);
        Assert.Equal(SubscriptionStatus.Active, _account[id].StatusAt(May - Given.Tick));
        Assert.Equal(SubscriptionStatus.Ended, _account[id].StatusAt(May));
    }

    [Fact]
    public void A_closed_subscription_has_ended_also_by_a_clock_that_lags_behind()
    {
        var id = _account.Subscribe(Given.Request(Given.Plan(Given.Prepaid()), autoRenew: false));
        _account.Now = May;
        _account.CatchUp(id);
        _account.Now = May.AddSeconds(-1);

        Assert.Equal(SubscriptionStatus.Ended, _account[id].StatusAt(_account.Now));
        _account.TryChangeUnits(id, 20m).Refused<SubscriptionDecided, Refusal.InvalidState>();
    }

    [Fact]
    public void The_current_end_is_that_of_the_first_period_until_one_has_begun()
    {
        var id = _account.Subscribe(Given.Request(Given.Plan(), end: Given.Utc(2026, 5, 20)));

        Assert.Equal(May, _account[id].CurrentEnd);
        _account.Now = May;
        _account.CatchUp(id);
        Assert.Equal(Given.Utc(2026, 5, 20), _account[id].CurrentEnd);
    }
}
