using System.Collections.Immutable;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.Catalog;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Invoicing;
using Drawdown.Domain.Ledger;
using Drawdown.Domain.Money;
using Drawdown.Domain.Subscriptions;

namespace Drawdown.Domain.Tests.Subscriptions;

public sealed class ChangePrepaidUnitsTests
{
    private static readonly DateTimeOffset May = Given.Utc(2026, 5, 1);
    private static readonly DateTimeOffset Day10 = Given.Utc(2026, 4, 11);

    private static readonly Metric Storage = Given.Metric(2, "Storage");

    private readonly Account _account = new() { Now = Given.April };

    [Theory]
    [InlineData(ChargeBehavior.Full, 20, "5")]
    [InlineData(ChargeBehavior.Full, 10, "-5")]
    [InlineData(ChargeBehavior.Full, 0, "-5")]
    [InlineData(ChargeBehavior.Prorate, 20, "3.33")]
    [InlineData(ChargeBehavior.Prorate, 10, "-3.33")]
    [InlineData(ChargeBehavior.Prorate, 0, "-3.33")]
    public void Fifteen_units_changed_on_day_10_of_30_cost_or_return_what_the_behavior_says(
        ChargeBehavior behavior,
        int units,
        string delta
    )
    {
        var id = Subscribe(Given.Prepaid(15m, behavior));
        _account.Now = Day10;

        Assert.Equal(ExactDecimal.Parse(delta), _account.Preview(id, units).Accepted().Delta);
        var change = _account.ChangeUnits(id, units).Change!;
        Assert.Equal(ExactDecimal.Parse(delta), Delta(change));
    }

    [Fact]
    public void An_increase_is_charged_at_once()
    {
        var id = Subscribe(Given.Prepaid(15m));
        _account.Now = Day10;
        var head = _account.Head;

        var decided = _account.ChangeUnits(id, 20m);

        var charge = Assert.Single(decided.Change!.Charges);
        Assert.Equal(
            [new ChargeLine("Seats: prepaid units from 15 to 20", Day10, May, 5m, BillingType.Intermediate, 5m)],
            charge.Lines
        );
        Assert.Equal(
            (id, "USD", ChargeStatus.Queued, Day10),
            (charge.Subscription, charge.Currency, charge.Status, charge.CreatedAt)
        );
        Assert.Equal(charge.Id, decided.Change.Owed);
        Assert.Empty(decided.Subscription.Waiting);
        Assert.Empty(decided.Change.Credits);
        Assert.Equal(head with { Version = head.Version + 1 }, decided.Change.Head);
        Assert.Equal(decided.Subscription, decided.Change.Subscription);
    }

    [Fact]
    public void An_increase_that_is_not_invoiced_now_waits_for_the_next_invoice()
    {
        var id = Subscribe(Given.Prepaid(15m));
        _account.DeliverAll();
        _account.Now = Day10;

        var decided = _account.ChangeUnits(id, 20m, invoiceNow: false);

        var charge = Assert.Single(decided.Change!.Charges);
        Assert.Equal((ChargeStatus.Waiting, 5m), (charge.Status, charge.Amount));
        Assert.Null(decided.Change.Owed);
        Assert.Equal([charge.Id], decided.Subscription.Waiting);
        Assert.Equal(decided.Subscription, decided.Change.Subscription);
        Assert.Empty(_account.Owed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_decrease_is_granted_as_a_credit_in_the_same_transaction(bool invoiceNow)
    {
        var id = Subscribe(Given.Prepaid(15m, ChargeBehavior.Prorate));
        _account.Now = Day10;

        var decided = _account.ChangeUnits(id, 12.5m, invoiceNow);

        var credit = Assert.Single(decided.Change!.Credits);
        Assert.Equal("Seats: prepaid units from 15 to 12.5", credit.Description);
        Assert.Equal(
            ("USD", 1.67m, 1.67m, 0m, (string?)null),
            (credit.Currency, credit.Amount, credit.Remaining, credit.AmountPaid, credit.AmountPaidCurrency)
        );
        Assert.Equal((Day10, Day10, (DateTimeOffset?)null), (credit.EffectiveAt, credit.IssuedAt, credit.ExpiresAt));
        Assert.Equal((null, "{}"), (credit.ExternalId, credit.Metadata));
        var entry = Assert.Single(decided.Change.Entries);
        Assert.Equal((EntryType.Grant, 1.67m, credit.Id), (entry.Type, entry.Amount, entry.Credit));
        Assert.Empty(decided.Change.Charges);
        Assert.Null(decided.Change.Owed);
        Assert.Equal(decided.Subscription, decided.Change.Subscription);
        Assert.Empty(_account.Audit().Faults);
    }

    [Fact]
    public void The_same_units_change_nothing()
    {
        var id = Subscribe(Given.Prepaid(15m));
        _account.Now = Day10;

        var decided = _account.ChangeUnits(id, 15.0m);

        Assert.Null(decided.Change);
        Assert.Same(_account[id], decided.Subscription);
        var quote = _account.Preview(id, 15m).Accepted();
        Assert.Equal((0m, null), (quote.Delta, quote.Line));
    }

    [Fact]
    public void Other_units_at_the_same_price_are_held_without_charge_or_credit()
    {
        var id = Subscribe(Given.Prepaid(5m));
        _account.Now = Day10;

        var quote = _account.Preview(id, 8m).Accepted();
        var change = _account.ChangeUnits(id, 8m).Change!;

        Assert.Equal((0m, 3m), (quote.Delta, quote.Line!.Quantity));
        Assert.Equal(8m, Assert.Single(change.Subscription!.Prepaid).Units);
        Assert.Empty(change.Charges);
        Assert.Empty(change.Credits);
        Assert.Null(change.Owed);
    }

    [Fact]
    public void More_units_may_cost_less_in_bulk_and_the_difference_is_a_credit()
    {
        var price = Given.BulkTiers(Given.PerUnit(0m, 10m, 3m), Given.PerUnit(10m, null, 1m));
        var id = Subscribe(Given.Prepaid(10m, price: price));

        var change = _account.ChangeUnits(id, 11m).Change!;

        Assert.Equal(19m, Assert.Single(change.Credits).Amount);
        Assert.Equal("Seats: prepaid units from 10 to 11", Assert.Single(change.Credits).Description);
    }

    [Fact]
    public void A_preview_changes_nothing_and_says_what_the_change_will_do()
    {
        var id = Subscribe(Given.Prepaid(15m, ChargeBehavior.Prorate));
        _account.Now = Day10;
        var before = _account[id];

        var quote = _account.Preview(id, 20m).Accepted();

        Assert.Same(before, _account[id]);
        var change = _account.ChangeUnits(id, 20m).Change!;
        Assert.Equal(quote.Line, Assert.Single(Assert.Single(change.Charges).Lines));
        Assert.Equal(quote.Delta, Delta(change));
        AssertSame(quote.Subscription, change.Subscription!);
    }

    [Theory]
    [InlineData(ChargeBehavior.Full)]
    [InlineData(ChargeBehavior.Prorate)]
    public void Units_that_were_held_for_no_time_cost_nothing(ChargeBehavior behavior)
    {
        var id = Subscribe(Given.Prepaid(15m, behavior));
        _account.Now = Day10;

        var deltas = new[] { 1_000m, 0m, 17m, 15m }.Select(units => Delta(_account.ChangeUnits(id, units).Change!));

        Assert.Equal(0m, deltas.Sum());
        var component = Assert.Single(_account[id].Prepaid);
        // Only the share of the period asks what was held before.
        UnitSegment[] before = behavior is ChargeBehavior.Prorate ? [new(15m, Given.April)] : [];
        Assert.Equal([.. before, new UnitSegment(15m, Day10)], component.Segments);
    }

    [Fact]
    public void A_prorated_component_takes_199_changes_in_a_period_and_not_one_more()
    {
        var id = Subscribe(Given.Prepaid(15m, ChargeBehavior.Prorate));
        for (var change = 1; change < PrepaidComponent.MaxSegments; change++)
        {
            _account.Now = Given.April.AddMinutes(change);
            _account.ChangeUnits(id, 15m + change);
        }
        _account.Now = Day10;

        Assert.Equal(
            new Refusal.InvalidOperation("The units of a prorated component can be changed 199 times within a period."),
            PrepaidDecisions
                .Quote(_account[id], new(Assert.Single(_account[id].Prepaid).Metric, 1m, InvoiceNow: true), Day10)
                .Refused()
        );
    }

    [Fact]
    public void A_change_at_the_very_beginning_of_a_period_replaces_what_it_began_with()
    {
        var id = Subscribe(Given.Prepaid(15m, ChargeBehavior.Prorate));

        Assert.Equal(5m, Delta(_account.ChangeUnits(id, 20m).Change!));
        Assert.Equal([new UnitSegment(20m, Given.April)], Assert.Single(_account[id].Prepaid).Segments);
    }

    [Fact]
    public void A_change_in_the_last_instant_of_a_period_costs_next_to_nothing_and_the_next_period_the_whole()
    {
        var id = Subscribe(Given.Prepaid(15m, ChargeBehavior.Prorate));
        _account.Now = May - Given.Tick;

        Assert.Equal(0m, Delta(_account.ChangeUnits(id, 20m).Change!));
        _account.Now = May;
        Assert.Equal(10m, Assert.Single(_account.CatchUp(id)).Amount);
    }

    [Fact]
    public void A_clock_that_lags_behind_the_renewal_does_not_reach_into_the_period_before()
    {
        var id = Subscribe(Given.Prepaid(0m, ChargeBehavior.Prorate, Given.Each(1m)));
        _account.Now = May;
        _account.CatchUp(id);
        _account.Now = May.AddSeconds(-5);

        var quote = _account.Preview(id, 1_000_000m).Accepted();

        Assert.Equal(1_000_000m, quote.Delta);
        Assert.Equal(May, quote.Line!.Start);
        Assert.Equal([new UnitSegment(1_000_000m, May)], Assert.Single(quote.Subscription.Prepaid).Segments);
    }

    [Theory]
    [InlineData(ChargeBehavior.Full, "5")]
    [InlineData(ChargeBehavior.Prorate, "1.67")]
    public void In_a_period_that_the_end_date_cuts_units_cost_the_share_that_is_left(
        ChargeBehavior behavior,
        string delta
    )
    {
        var id = _account.Subscribe(
            Given.Request(Given.Plan(Given.Prepaid(15m, behavior)), end: Given.Utc(2026, 4, 21))
        );
        _account.Now = Day10;

        var quote = _account.Preview(id, 20m).Accepted();

        Assert.Equal(ExactDecimal.Parse(delta), quote.Delta);
        Assert.Equal(Given.Utc(2026, 4, 21), quote.Line!.End);
    }

    [Fact]
    public void Only_the_component_of_the_metric_changes()
    {
        var id = Subscribe(Given.Prepaid(15m), Given.Prepaid(3m, price: Given.Each(7m), metric: Storage));
        var seats = _account[id].Prepaid[0];

        var change = _account.ChangeUnits(id, 4m, metric: Storage.Id).Change!;

        Assert.Equal([Given.Seats.Id, Storage.Id], change.Subscription!.Prepaid.Select(component => component.Metric));
        Assert.Same(seats, change.Subscription.Prepaid[0]);
        Assert.Equal((4m, 28m), (change.Subscription.Prepaid[1].Units, change.Subscription.Prepaid[1].Charged));
        Assert.Equal("Storage: prepaid units from 3 to 4", change.Charges[0].Lines[0].Name);
    }

    [Fact]
    public void A_subscription_that_has_not_started_takes_no_change()
    {
        var id = _account.Subscribe(Given.Request(Given.Plan(Given.Prepaid()), start: May));

        Assert.Equal(
            "The subscription is not started, not active.",
            _account.TryChangeUnits(id, 20m).Refused<SubscriptionDecided, Refusal.InvalidState>().Detail
        );
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_subscription_that_has_ended_takes_no_change_whether_or_not_a_timer_ran(bool timer)
    {
        var id = _account.Subscribe(Given.Request(Given.Plan(Given.Prepaid()), autoRenew: false));
        _account.Now = May;
        if (timer)
            _account.CatchUp(id);

        Assert.Equal(
            "The subscription is ended, not active.",
            _account.TryChangeUnits(id, 20m).Refused<SubscriptionDecided, Refusal.InvalidState>().Detail
        );
    }

    [Fact]
    public void A_step_that_is_due_is_asked_for_first()
    {
        var id = Subscribe(Given.Prepaid(15m, ChargeBehavior.Prorate));
        _account.Now = May;

        Assert.IsType<Refusal.Overdue>(_account.Preview(id, 20m).Refused());
        Assert.IsType<Refusal.Overdue>(_account.Decide(id, 20m).Refused());
        // Even when the units are the same, or the metric is none: the answer must not depend on the timer.
        Assert.IsType<Refusal.Overdue>(_account.Decide(id, 15m).Refused());
        Assert.IsType<Refusal.Overdue>(_account.Decide(id, 15m, metric: Storage.Id).Refused());
        _account.CatchUp(id);
        Assert.Equal(5m, _account.Preview(id, 20m).Accepted().Delta);
    }

    [Fact]
    public void A_subscription_that_is_to_begin_is_overdue_from_its_start_on()
    {
        var id = _account.Subscribe(Given.Request(Given.Plan(Given.Prepaid()), start: May));
        _account.Now = May;

        Assert.IsType<Refusal.Overdue>(_account.Decide(id, 20m).Refused());
    }

    [Fact]
    public void A_metric_that_is_not_in_the_plan_is_refused_in_Lotuss_words() =>
        Assert.Equal(
            "A plan component with the specified metric is not in the plan.",
            _account
                .TryChangeUnits(Subscribe(Given.Prepaid()), 20m, metric: Storage.Id)
                .Refused<SubscriptionDecided, Refusal.InvalidOperation>()
                .Detail
        );

    [Fact]
    public void A_metric_that_is_not_prepaid_is_refused_in_Lotuss_words() =>
        Assert.Equal(
            "Cannot change prepaid units for a plan component with no fixed charge.",
            _account
                .TryChangeUnits(Subscribe(new PlanComponent(Storage, Given.Each(1m), null)), 20m, metric: Storage.Id)
                .Refused<SubscriptionDecided, Refusal.InvalidOperation>()
                .Detail
        );

    [Fact]
    public void Units_beyond_a_closed_last_tier_are_refused()
    {
        var id = Subscribe(Given.Prepaid(15m, price: Given.Tiers(Given.PerUnit(0m, 20m, 1m))));

        Assert.Equal(
            new Fault(FaultCode.MaxValue, "The plan prices at most 20 units.", "units"),
            _account.TryChangeUnits(id, 20m + Given.Smallest).OnlyFault()
        );
        _account.TryChangeUnits(id, 20m).Accepted();
    }

    [Fact]
    public void Units_that_cost_more_than_an_invoice_can_state_are_refused()
    {
        var id = Subscribe(Given.Prepaid(15m, price: Given.Each(1_000m)));

        Assert.Equal(
            "That many units cost more than an invoice can state.",
            _account.TryChangeUnits(id, 10_000_000m).Refused<SubscriptionDecided, Refusal.InvalidOperation>().Detail
        );
        _account.TryChangeUnits(id, 9_999_999m).Accepted();
    }

    [Fact]
    public void Units_whose_price_no_decimal_holds_are_refused()
    {
        var dearest = Given.PerUnit(0m, null, ExactDecimal.Largest, batch: Given.Smallest);
        var id = Subscribe(Given.Prepaid(0m, price: Given.Tiers(dearest)));

        Assert.Equal(
            "That many units cost more than an invoice can state.",
            _account
                .TryChangeUnits(id, ExactDecimal.Largest)
                .Refused<SubscriptionDecided, Refusal.InvalidOperation>()
                .Detail
        );
    }

    [Fact]
    public void Units_that_the_next_period_could_not_bill_are_refused_also_on_the_last_day()
    {
        var id = Subscribe(Given.Prepaid(1m, ChargeBehavior.Prorate, Given.Each(1_000m)));
        _account.Now = May.AddDays(-1);

        _account.TryChangeUnits(id, 10_000_000m).Refused<SubscriptionDecided, Refusal.InvalidOperation>();
    }

    private SubscriptionId Subscribe(params ImmutableArray<PlanComponent> components) =>
        _account.Subscribe(Given.Request(Given.Plan(components)));

    private static decimal Delta(AccountChange change) =>
        change.Charges.Sum(charge => charge.Amount) - change.Credits.Sum(credit => credit.Amount);

    private static void AssertSame(Subscription expected, Subscription actual)
    {
        Assert.Equal(expected with { Prepaid = actual.Prepaid }, actual);
        Assert.Equal(
            expected.Prepaid.Select(component => component with { Segments = [] }),
            actual.Prepaid.Select(component => component with { Segments = [] })
        );
        Assert.Equal(
            expected.Prepaid.SelectMany(component => component.Segments),
            actual.Prepaid.SelectMany(component => component.Segments)
        );
    }
}
