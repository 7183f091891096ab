using System.Collections.Immutable;
using Drawdown.Domain.Subscriptions;

namespace Drawdown.Domain.Tests.Subscriptions;

public sealed class OverlapTests
{
    private readonly Account _account = new() { Now = Given.April };

    [Fact]
    public void A_second_subscription_to_one_plan_is_refused_and_the_first_is_named()
    {
        var first = _account.Subscribe(Given.Request(Given.Plan()));

        Assert.Equal(
            $"The customer has the subscription {first} to this plan with the same filters for a part of that time.",
            _account
                .TrySubscribe(Given.Request(Given.Plan(), start: Given.Utc(2030, 1, 1)))
                .Refused<SubscriptionDecided, Refusal.OverlappingPlans>()
                .Detail
        );
    }

    [Fact]
    public void A_subscription_to_another_plan_is_accepted()
    {
        _account.Subscribe(Given.Request(Given.Plan(1, [])));

        _account.TrySubscribe(Given.Request(Given.Plan(2, []))).Accepted();
    }

    [Fact]
    public void Filters_are_a_set()
    {
        _account.Subscribe(Filtered(("a", "1"), ("b", "2")));

        Refused(Filtered(("b", "2"), ("a", "1")));
        Refused(Filtered(("a", "1"), ("b", "2"), ("a", "1")));
        _account.TrySubscribe(Filtered()).Accepted();
        _account.TrySubscribe(Filtered(("a", "1"))).Accepted();
        _account.TrySubscribe(Filtered(("a", "1"), ("b", "3"))).Accepted();
        _account.TrySubscribe(Filtered(("a", "1"), ("b", "2"), ("c", "3"))).Accepted();
    }

    [Fact]
    public void A_subscription_may_begin_at_the_very_end_of_another_and_not_an_instant_before()
    {
        _account.Subscribe(Given.Request(Given.Plan(), end: Given.Utc(2026, 8, 15)));

        Refused(Given.Request(Given.Plan(), start: Given.Utc(2026, 8, 15) - Given.Tick));
        _account.TrySubscribe(Given.Request(Given.Plan(), start: Given.Utc(2026, 8, 15))).Accepted();
    }

    [Fact]
    public void A_subscription_may_end_at_the_very_beginning_of_another_and_not_an_instant_after()
    {
        _account.Subscribe(Given.Request(Given.Plan(), start: Given.Utc(2026, 8, 15)));

        Refused(Given.Request(Given.Plan(), end: Given.Utc(2026, 8, 15) + Given.Tick));
        _account.TrySubscribe(Given.Request(Given.Plan(), end: Given.Utc(2026, 8, 15))).Accepted();
    }

    [Fact]
    public void A_subscription_that_does_not_renew_occupies_its_first_period_before_during_and_after_it()
    {
        var id = _account.Subscribe(Given.Request(Given.Plan(), start: Given.Utc(2026, 5, 1), autoRenew: false));
        for (; _account.Now < Given.Utc(2026, 7, 1); _account.Now = _account.Now.AddDays(10))
        {
            _account.CatchUp(id);
            Refused(Given.Request(Given.Plan(), start: Given.Utc(2026, 6, 1) - Given.Tick));
            Refused(Given.Request(Given.Plan(), end: Given.Utc(2026, 5, 1) + Given.Tick));
        }
        Assert.True(_account[id].Closed);
        _account.TrySubscribe(Given.Request(Given.Plan(), start: Given.Utc(2026, 6, 1))).Accepted();
    }

    [Fact]
    public void Whether_the_timer_has_closed_a_subscription_changes_nothing()
    {
        _account.Subscribe(Given.Request(Given.Plan(), end: Given.Utc(2026, 4, 20)));
        _account.Now = Given.Utc(2026, 4, 20);

        Refused(Given.Request(Given.Plan(), start: Given.Utc(2026, 4, 19)));
        _account.TrySubscribe(Given.Request(Given.Plan(), start: Given.Utc(2026, 4, 20))).Accepted();
    }

    private static SubscriptionRequest Filtered(params ImmutableArray<(string Property, string Value)> filters) =>
        Given.Request(
            Given.Plan(),
            filters: [.. filters.Select(filter => new SubscriptionFilter(filter.Property, filter.Value))]
        );

    private void Refused(SubscriptionRequest request) =>
        _account.TrySubscribe(request).Refused<SubscriptionDecided, Refusal.OverlappingPlans>();
}
