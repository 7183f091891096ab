using System.Collections.Immutable;
using Drawdown.Domain.Catalog;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Invoicing;
using Drawdown.Domain.Money;
using Drawdown.Domain.Subscriptions;

namespace Drawdown.Domain.Tests.Subscriptions;

public sealed class RenewalTests
{
    private static readonly DateTimeOffset May = Given.Utc(2026, 5, 1);
    private static readonly DateTimeOffset June = Given.Utc(2026, 6, 1);

    private static readonly Plan Everything = Given.Plan(Given.Prepaid(15m)) with
    {
        RecurringCharges = [Given.Recurring("Support", 10m), Given.Recurring("Report", 1m, ChargeTiming.InArrears)],
    };

    private readonly Account _account = new() { Now = Given.April };

    [Fact]
    public void Nothing_is_due_before_the_period_ends()
    {
        var id = Subscribe(Everything);
        _account.Now = May - Given.Tick;

        Assert.Null(_account.Step(id));
    }

    [Fact]
    public void At_the_very_end_of_a_period_it_is_closed_and_the_next_is_billed_in_advance()
    {
        var id = Subscribe(Everything);
        _account.Now = May;

        var charge = Assert.Single(_account.CatchUp(id));

        Assert.Equal(
            [
                new ChargeLine("Report", Given.April, May, null, BillingType.InArrears, 1m),
                new ChargeLine("Support", May, June, null, BillingType.InAdvance, 10m),
                new ChargeLine("Seats: prepaid units", May, June, 15m, BillingType.InAdvance, 5m),
            ],
            charge.Lines
        );
        Assert.Equal((ChargeStatus.Queued, May), (charge.Status, charge.CreatedAt));
        Assert.Contains(charge.Id, _account.Owed);
        Assert.Equal(new BillingPeriod(1, May, June, June), _account[id].Period);
        Assert.False(_account[id].Closed);
    }

    [Fact]
    public void A_step_is_one_commit()
    {
        var id = Subscribe(Everything);
        _account.Now = May;
        var head = _account.Head;

        var change = _account.Step(id)!.Change!;

        Assert.Equal(head with { Version = head.Version + 1 }, change.Head);
        Assert.Equal(_account[id], change.Subscription);
        Assert.Equal(Assert.Single(change.Charges).Id, change.Owed);
    }

    [Theory]
    [InlineData(ChargeBehavior.Full)]
    [InlineData(ChargeBehavior.Prorate)]
    public void A_period_begins_with_the_units_held_last_and_costs_them_whole(ChargeBehavior behavior)
    {
        var id = Subscribe(Given.Plan(Given.Prepaid(15m, behavior)));
        _account.Now = Given.Utc(2026, 4, 11);
        _account.ChangeUnits(id, 20m);
        _account.Now = May.AddHours(3);

        var line = Assert.Single(Assert.Single(_account.CatchUp(id)).Lines);

        Assert.Equal((20m, 10m), (line.Quantity, line.Amount));
        var component = Assert.Single(_account[id].Prepaid);
        Assert.Equal([new UnitSegment(20m, May)], component.Segments);
        Assert.Equal((20m, 10m), (component.Units, component.Charged));
    }

    [Fact]
    public void A_period_without_anything_to_bill_opens_without_a_charge()
    {
        var id = Subscribe(Given.Plan(Given.Prepaid(0m)));
        _account.Now = May;

        var change = _account.Step(id)!.Change!;

        Assert.Equal(1, change.Subscription!.Period!.Index);
        Assert.Empty(change.Charges);
        Assert.Null(change.Owed);
    }

    [Fact]
    public void A_subscription_that_was_to_start_later_begins_at_its_start_and_not_before()
    {
        var id = Subscribe(Everything, start: May);
        _account.Now = May - Given.Tick;
        Assert.Null(_account.Step(id));
        _account.Now = May.AddDays(3);

        var charge = Assert.Single(_account.CatchUp(id));

        Assert.Equal(["Support", "Seats: prepaid units"], charge.Lines.Select(line => line.Name));
        Assert.All(charge.Lines, line => Assert.Equal((May, June), (line.Start, line.End)));
        Assert.Equal([new UnitSegment(15m, May)], Assert.Single(_account[id].Prepaid).Segments);
    }

    [Fact]
    public void A_year_that_passed_unnoticed_is_caught_up_with_as_if_each_month_had_been_noticed()
    {
        var noticed = new Account { Now = Given.Utc(2027, 1, 31) };
        var unnoticed = new Account { Now = Given.Utc(2027, 1, 31) };
        var ids = new[] { noticed, unnoticed }.Select(account => Subscribe(account, Everything)).ToList();
        var monthly = new List<Charge>();
        for (; noticed.Now <= Given.Utc(2028, 1, 31); noticed.Now = noticed.Now.AddDays(1))
            monthly.AddRange(noticed.CatchUp(ids[0]));
        unnoticed.Now = Given.Utc(2028, 1, 31);

        var atOnce = unnoticed.CatchUp(ids[1]);

        Assert.Equal(12, atOnce.Count);
        Assert.Equal(monthly.Select(charge => charge.Lines), atOnce.Select(charge => charge.Lines));
        Assert.All(atOnce, charge => Assert.Equal(unnoticed.Now, charge.CreatedAt));
        Assert.Equal(
            (noticed[ids[0]].Period, noticed[ids[0]].NextStep),
            (unnoticed[ids[1]].Period, unnoticed[ids[1]].NextStep)
        );
        Assert.Equal(noticed[ids[0]].Prepaid[0].Segments, unnoticed[ids[1]].Prepaid[0].Segments);
        Assert.Equal(
            [28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31],
            atOnce
                .Select(charge => charge.Lines.Single(line => line.Name == "Report"))
                .Select(line => (line.End - line.Start).Days)
        );
    }

    [Theory]
    [InlineData(PlanDuration.Monthly, 1)]
    [InlineData(PlanDuration.Quarterly, 3)]
    [InlineData(PlanDuration.Yearly, 12)]
    public void A_period_is_as_long_as_the_plan_says(PlanDuration duration, int months)
    {
        var id = Subscribe(Everything with { Duration = duration });

        Assert.Equal(Given.April.AddMonths(months), _account[id].NextStep);
        _account.Now = Given.April.AddMonths(months);
        Assert.Single(_account.CatchUp(id));
        Assert.Equal(Given.April.AddMonths(2 * months), _account[id].NextStep);
    }

    [Fact]
    public void A_subscription_that_does_not_renew_ends_with_a_final_charge_for_what_is_in_arrears()
    {
        var id = Subscribe(Everything, autoRenew: false);
        _account.Now = May;

        var charge = Assert.Single(_account.CatchUp(id));

        Assert.Equal([new ChargeLine("Report", Given.April, May, null, BillingType.InArrears, 1m)], charge.Lines);
        Assert.True(_account[id].Closed);
        Assert.Null(_account[id].NextStep);
        Assert.Equal(0, _account[id].Period!.Index);
    }

    [Fact]
    public void A_subscription_without_anything_in_arrears_ends_without_a_charge()
    {
        var id = Subscribe(Given.Plan(Given.Prepaid()), autoRenew: false);
        _account.Now = May;

        var change = _account.Step(id)!.Change!;

        Assert.True(change.Subscription!.Closed);
        Assert.Empty(change.Charges);
    }

    [Fact]
    public void A_subscription_that_is_over_takes_no_step()
    {
        var id = Subscribe(Everything, autoRenew: false);
        _account.Now = May;
        _account.CatchUp(id);
        _account.Now = Given.Utc(2036, 1, 1);

        Assert.Null(_account.Step(id));
    }

    [Fact]
    public void A_subscription_that_was_over_before_it_was_made_is_billed_and_closed()
    {
        _account.Now = Given.Utc(2027, 1, 1);
        var id = Subscribe(Everything, autoRenew: false);

        Assert.Equal(SubscriptionStatus.Ended, _account[id].StatusAt(_account.Now));
        Assert.Equal(["Report"], Assert.Single(_account.CatchUp(id)).Lines.Select(line => line.Name));
        Assert.Equal(2, _account.Charges.Count);
    }

    [Fact]
    public void A_subscription_renews_until_its_end_date()
    {
        var id = Subscribe(Everything, end: Given.Utc(2026, 6, 16));
        _account.Now = Given.Utc(2027, 1, 1);

        var charges = _account.CatchUp(id);

        Assert.Equal([3, 3, 1], charges.Select(charge => charge.Lines.Length));
        Assert.True(_account[id].Closed);
        Assert.Equal(new BillingPeriod(2, June, Given.Utc(2026, 7, 1), Given.Utc(2026, 6, 16)), _account[id].Period);
    }

    [Fact]
    public void An_end_date_at_the_end_of_a_period_is_no_reason_for_another_one()
    {
        var id = Subscribe(Everything, end: June);
        _account.Now = June;

        Assert.Equal([3, 1], _account.CatchUp(id).Select(charge => charge.Lines.Length));
        Assert.True(_account[id].Closed);
    }

    [Fact]
    public void An_end_date_an_instant_after_a_period_is_one_more_period()
    {
        var id = Subscribe(Everything, end: May + Given.Tick);
        _account.Now = May;

        Assert.Equal(3, Assert.Single(_account.CatchUp(id)).Lines.Length);
        Assert.Equal(new BillingPeriod(1, May, June, May + Given.Tick), _account[id].Period);
        _account.Now += Given.Tick;
        _account.CatchUp(id);
        Assert.True(_account[id].Closed);
    }

    [Theory]
    [InlineData(ChargeBehavior.Full, "10", "5")]
    [InlineData(ChargeBehavior.Prorate, "3.33", "1.67")]
    public void A_period_that_the_end_date_cuts_costs_the_whole_or_its_share(
        ChargeBehavior behavior,
        string recurring,
        string prepaid
    )
    {
        var plan = Given.Plan(Given.Prepaid(15m, behavior)) with
        {
            RecurringCharges =
            [
                Given.Recurring("Support", 10m, behavior: behavior),
                Given.Recurring("Report", 10m, ChargeTiming.InArrears, behavior),
            ],
        };
        var end = Given.Utc(2026, 4, 11);
        var id = Subscribe(plan, end: end);
        _account.Now = end;
        _account.CatchUp(id);

        Assert.Equal(
            [("Support", recurring), ("Seats: prepaid units", prepaid), ("Report", recurring)],
            _account
                .Charges.SelectMany(charge => charge.Lines)
                .Select(line => (line.Name, ExactDecimal.Format(line.Amount)))
        );
        Assert.All(
            _account.Charges.SelectMany(charge => charge.Lines),
            line => Assert.Equal((Given.April, end), (line.Start, line.End))
        );
    }

    [Fact]
    public void Charges_that_wait_go_on_the_next_charge_once()
    {
        var id = Subscribe(Everything);
        _account.Now = Given.Utc(2026, 4, 2);
        var waiting = new[] { 16m, 17m }.Select(units => WaitingFor(id, units)).ToImmutableArray();
        Assert.Equal(waiting, _account[id].Waiting);
        _account.Now = June;

        var charges = _account.CatchUp(id);

        Assert.Equal([2, 0], charges.Select(charge => charge.Takes.Length));
        Assert.Equal(waiting, charges[0].Takes);
        Assert.Empty(_account[id].Waiting);
    }

    [Fact]
    public void Charges_that_wait_are_charged_also_when_nothing_else_is()
    {
        var id = Subscribe(Given.Plan(Given.Prepaid(0m)), autoRenew: false);
        _account.Now = Given.Utc(2026, 4, 2);
        var waiting = WaitingFor(id, 16m);
        _account.Now = May;

        var charge = Assert.Single(_account.CatchUp(id));

        Assert.Empty(charge.Lines);
        Assert.Equal([waiting], charge.Takes);
        Assert.Equal(0m, charge.Amount);
        Assert.Equal(charge.Id, Assert.Single(_account.Owed));
        Assert.True(_account[id].Closed);
        Assert.Equal(6m, _account.Deliver(charge.Id)!.Amount);
    }

    [Fact]
    public void A_charge_takes_no_more_waiting_charges_than_fit_on_one_invoice_and_the_oldest_first()
    {
        var id = Subscribe(Everything);
        _account.Now = Given.Utc(2026, 4, 2);
        var waiting = Enumerable.Range(16, 60).Select(units => WaitingFor(id, units)).ToList();
        _account.Now = May;

        var charge = Assert.Single(_account.Step(id)!.Change!.Charges);

        Assert.Equal(40, Charge.MaxTaken);
        Assert.Equal(waiting.Take(40), charge.Takes);
        Assert.Equal(waiting.Skip(40), _account[id].Waiting);
    }

    [Fact]
    public void When_a_period_ends_all_that_waits_is_billed_on_as_many_invoices_as_it_takes()
    {
        var id = Subscribe(Everything);
        _account.DeliverAll();
        _account.Now = Given.Utc(2026, 4, 2);
        var waiting = Enumerable.Range(16, 100).Select(units => WaitingFor(id, units)).ToList();
        _account.Now = May;

        var charges = _account.CatchUp(id);

        Assert.Equal([40, 40, 20], charges.Select(charge => charge.Takes.Length));
        Assert.Equal([0, 0, 3], charges.Select(charge => charge.Lines.Length));
        Assert.Equal(waiting, charges.SelectMany(charge => charge.Takes));
        Assert.Empty(_account[id].Waiting);
        Assert.Equal([40m, 40m, 20m + 1m + 10m + 105m], _account.DeliverAll().Select(invoice => invoice.Amount));
    }

    [Theory]
    [InlineData(Charge.MaxTaken, 2)]
    [InlineData(Charge.MaxTaken + 1, 3)]
    [InlineData(3 * Charge.MaxTaken, 4)]
    public void A_subscription_that_ends_leaves_nothing_waiting_for_ever(int count, int invoices)
    {
        var id = Subscribe(Everything, autoRenew: false);
        _account.Now = Given.Utc(2026, 4, 2);
        foreach (var units in Enumerable.Range(16, count))
            WaitingFor(id, units);
        _account.Now = May;

        _account.CatchUp(id);

        Assert.True(_account[id].Closed);
        Assert.Empty(_account[id].Waiting);
        _account.DeliverAll();
        Assert.All(_account.Charges, charge => Assert.Equal(ChargeStatus.Invoiced, charge.Status));
        // Those of the beginning and of the end, and one for each 40 that do not fit on the latter.
        Assert.Equal(invoices, _account.Invoices.Count);
        // Support, 15 units, one more for each change, and the report.
        Assert.Equal(10m + 5m + count + 1m, _account.Invoices.Sum(invoice => invoice.Amount));
    }

    [Fact]
    public void Until_all_that_waits_is_billed_the_subscription_is_overdue_and_takes_no_change()
    {
        var id = Subscribe(Everything);
        _account.Now = Given.Utc(2026, 4, 2);
        foreach (var units in Enumerable.Range(16, Charge.MaxTaken + 1))
            WaitingFor(id, units);
        _account.Now = May;

        _account.Step(id);

        Assert.Equal((0, May), (_account[id].Period!.Index, _account[id].NextStep));
        Assert.IsType<Refusal.Overdue>(_account.Decide(id, 0m).Refused());
        _account.Step(id);
        Assert.Equal(1, _account[id].Period!.Index);
        Assert.Null(_account.Step(id));
    }

    private ChargeId WaitingFor(SubscriptionId id, decimal units)
    {
        var charge = Assert.Single(_account.ChangeUnits(id, units, invoiceNow: false).Change!.Charges);
        Assert.Equal(ChargeStatus.Waiting, charge.Status);
        return charge.Id;
    }

    private SubscriptionId Subscribe(
        Plan plan,
        DateTimeOffset? start = null,
        DateTimeOffset? end = null,
        bool autoRenew = true
    ) => _account.Subscribe(Given.Request(plan, start, end, autoRenew));

    private static SubscriptionId Subscribe(Account account, Plan plan) =>
        account.Subscribe(Given.Request(plan, account.Now));
}
