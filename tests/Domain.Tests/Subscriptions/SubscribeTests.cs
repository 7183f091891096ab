using System.Collections.Immutable;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.Catalog;
using Drawdown.Domain.Invoicing;
using Drawdown.Domain.Subscriptions;

namespace Drawdown.Domain.Tests.Subscriptions;

public sealed class SubscribeTests
{
    private const string Units = "component_fixed_charges_initial_units";

    private static readonly Metric Storage = Given.Metric(2, "Storage");

    [Fact]
    public void A_subscription_holds_a_copy_of_the_plan_and_the_terms_that_were_asked_for()
    {
        var plan = Given.Plan(
            Given.Prepaid(15m, ChargeBehavior.Prorate),
            new PlanComponent(Storage, Given.Each(2m), null)
        ) with
        {
            Duration = PlanDuration.Quarterly,
            RecurringCharges = [Given.Recurring("Support", 10m)],
        };
        var request = Given.Request(
            plan,
            start: Given.Utc(2026, 5, 1),
            end: Given.Utc(2027, 5, 1),
            autoRenew: true,
            filters: [new("region", "eu")]
        ) with
        {
            IsNew = false,
            Metadata = """{"a":1}""",
        };

        var subscription = Create(request, Given.HeadWith(timezone: "Europe/Berlin")).Accepted().Subscription;

        Assert.Equal(Given.SubscriptionId(), subscription.Id);
        Assert.Equal((plan.Id, plan.VersionId, "Plan 1", "USD"), Of(subscription));
        Assert.Equal(
            new BillingAnchor(Given.Utc(2026, 5, 1), PlanDuration.Quarterly, "Europe/Berlin"),
            subscription.Anchor
        );
        Assert.Equal(Given.Utc(2027, 5, 1), subscription.EndDate);
        Assert.True(subscription.AutoRenew);
        Assert.False(subscription.IsNew);
        Assert.Equal([new SubscriptionFilter("region", "eu")], subscription.Filters);
        Assert.Equal("""{"a":1}""", subscription.Metadata);
        Assert.Equal([Storage.Id], subscription.Metered);
        Assert.Equal(plan.RecurringCharges, subscription.RecurringCharges);
        var component = Assert.Single(subscription.Prepaid);
        Assert.Equal(
            (Given.Seats.Id, "Seats", ChargeBehavior.Prorate, 15m, 0m),
            (component.Metric, component.MetricName, component.Behavior, component.Units, component.Charged)
        );
        Assert.Equal(plan.Components[0].Price, component.Price);
        Assert.Empty(component.Segments);
    }

    [Fact]
    public void A_subscription_that_starts_later_is_kept_and_bills_nothing_yet()
    {
        var decided = Create(Given.Request(Given.Plan(Given.Prepaid()), start: Given.Now + Given.Tick)).Accepted();

        Assert.Null(decided.Subscription.Period);
        Assert.Equal(SubscriptionStatus.NotStarted, decided.Subscription.StatusAt(Given.Now));
        Assert.Equal(Given.Now + Given.Tick, decided.Subscription.NextStep);
        Assert.Equal(
            new AccountChange(Given.Head with { Version = 2 }) { Subscription = decided.Subscription },
            decided.Change
        );
    }

    [Fact]
    public void A_subscription_that_starts_now_begins_at_once_and_is_charged_for_its_first_period()
    {
        var plan = Given.Plan(Given.Prepaid(15m)) with
        {
            RecurringCharges = [Given.Recurring("Support", 10m), Given.Recurring("Report", 1m, ChargeTiming.InArrears)],
        };

        var decided = Create(Given.Request(plan, start: Given.Now)).Accepted();

        var end = Given.Now.AddMonths(1);
        Assert.Equal(new BillingPeriod(0, Given.Now, end, end), decided.Subscription.Period);
        Assert.Equal(SubscriptionStatus.Active, decided.Subscription.StatusAt(Given.Now));
        Assert.Equal(end, decided.Subscription.NextStep);
        var component = Assert.Single(decided.Subscription.Prepaid);
        Assert.Equal([new UnitSegment(15m, Given.Now)], component.Segments);
        Assert.Equal(5m, component.Charged);

        var charge = Assert.Single(decided.Change!.Charges);
        Assert.Equal(
            [
                new ChargeLine("Support", Given.Now, end, null, BillingType.InAdvance, 10m),
                new ChargeLine("Seats: prepaid units", Given.Now, end, 15m, BillingType.InAdvance, 5m),
            ],
            charge.Lines
        );
        Assert.Equal(15m, charge.Amount);
        Assert.Equal(ChargeStatus.Queued, charge.Status);
        Assert.Equal(
            (Given.ChargeId(), Given.SubscriptionId(), "USD", Given.Now),
            (charge.Id, charge.Subscription, charge.Currency, charge.CreatedAt)
        );
        Assert.Empty(charge.Takes);
        Assert.Equal(charge.Id, decided.Change.Owed);
        Assert.Equal(decided.Subscription, decided.Change.Subscription);
        Assert.Equal(Given.Head with { Version = 2 }, decided.Change.Head);
    }

    [Fact]
    public void A_subscription_that_started_in_the_past_begins_there_and_is_caught_up_with_later()
    {
        var account = new Account { Now = Given.Utc(2026, 6, 15) };

        var decided = account.TrySubscribe(Given.Request(Given.Plan(Given.Prepaid()), start: Given.April)).Accepted();

        Assert.Equal(Given.April, decided.Subscription.Period!.Start);
        Assert.Equal(Given.April, Assert.Single(Assert.Single(decided.Change!.Charges).Lines).Start);
        Assert.Equal(Given.Utc(2026, 5, 1), decided.Subscription.NextStep);
        Assert.Equal(2, account.CatchUp(decided.Subscription.Id).Count);
    }

    [Fact]
    public void A_subscription_that_costs_nothing_in_advance_is_not_charged_when_it_begins()
    {
        var plan = Given.Plan(Given.Prepaid(0m)) with
        {
            RecurringCharges = [Given.Recurring("Report", 1m, ChargeTiming.InArrears)],
        };

        var decided = Create(Given.Request(plan, start: Given.Now)).Accepted();

        Assert.NotNull(decided.Subscription.Period);
        Assert.Empty(decided.Change!.Charges);
        Assert.Null(decided.Change.Owed);
    }

    [Fact]
    public void Units_that_are_free_are_still_on_the_first_invoice()
    {
        var line = Assert.Single(FirstLines(Given.Plan(Given.Prepaid(10m))));

        Assert.Equal((10m, 0m), (line.Quantity, line.Amount));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(-TimeSpan.TicksPerDay)]
    public void An_end_that_is_not_after_the_start_is_refused(long ticks) =>
        Assert.Equal(
            new Fault(FaultCode.Invalid, "The end must be after the start.", "end_date"),
            Create(Given.Request(Given.Plan(), end: Given.April.AddTicks(ticks))).OnlyFault()
        );

    [Fact]
    public void An_end_an_instant_after_the_start_is_accepted() =>
        Create(Given.Request(Given.Plan(), end: Given.April + Given.Tick)).Accepted();

    [Theory]
    [InlineData("UTC")]
    [InlineData("Pacific/Kiritimati")]
    [InlineData("Pacific/Pago_Pago")]
    public void A_start_whose_first_period_the_calendar_may_not_hold_is_refused(string timezone)
    {
        var year = Given.Plan() with { Duration = PlanDuration.Yearly };

        Assert.Equal(
            new Fault(FaultCode.MaxValue, "The start must be before the year 9998.", "start_date"),
            Create(Given.Request(year, start: Given.Utc(9998, 1, 1)), Given.HeadWith(timezone: timezone)).OnlyFault()
        );
        Assert.InRange(
            Create(Given.Request(year, start: Given.Utc(9998, 1, 1) - Given.Tick), Given.HeadWith(timezone: timezone))
                .Accepted()
                .Subscription.CurrentEnd.Year,
            9998,
            9999
        );
    }

    [Fact]
    public void A_plan_in_another_currency_than_the_customers_is_refused() =>
        Assert.Equal(
            new Fault(FaultCode.Invalid, "The plan is in USD, and the customer is billed in EUR.", "plan_id"),
            Create(Given.Request(Given.Plan()), Given.HeadWith("EUR")).OnlyFault()
        );

    [Fact]
    public void A_plan_begins_with_its_own_units() =>
        Assert.Equal(15m, PrepaidUnits(Given.Request(Given.Plan(Given.Prepaid(15m)))));

    [Fact]
    public void A_request_may_begin_with_other_units() =>
        Assert.Equal(20m, PrepaidUnits(With(Given.Plan(Given.Prepaid(15m)), new InitialUnits(Given.Seats.Id, 20m))));

    [Fact]
    public void A_request_may_begin_with_an_explicit_0() =>
        Assert.Equal(0m, PrepaidUnits(With(Given.Plan(Given.Prepaid(15m)), new InitialUnits(Given.Seats.Id, 0m))));

    [Fact]
    public void A_request_gives_the_units_that_the_plan_leaves_open() =>
        Assert.Equal(3m, PrepaidUnits(With(Given.Plan(Given.Prepaid(null)), new InitialUnits(Given.Seats.Id, 3m))));

    [Fact]
    public void Units_that_neither_the_plan_nor_the_request_gives_are_missing() =>
        Assert.Equal(
            new Fault(
                FaultCode.Required,
                $"The plan leaves it open how many units of {Given.Seats.Id} to begin with.",
                Units
            ),
            Create(Given.Request(Given.Plan(Given.Prepaid(null)))).OnlyFault()
        );

    [Fact]
    public void Units_of_a_metric_that_is_not_in_the_plan_are_refused() =>
        Assert.Equal(
            new Fault(FaultCode.DoesNotExist, "A plan component with the specified metric is not in the plan.", Units),
            Create(With(Given.Plan(Given.Prepaid()), new InitialUnits(Storage.Id, 1m))).OnlyFault()
        );

    [Fact]
    public void Units_of_a_metric_that_is_not_prepaid_are_refused() =>
        Assert.Equal(
            new Fault(
                FaultCode.Invalid,
                "Cannot change prepaid units for a plan component with no fixed charge.",
                Units
            ),
            Create(With(Given.Plan(new PlanComponent(Storage, Given.Each(1m), null)), new InitialUnits(Storage.Id, 1m)))
                .OnlyFault()
        );

    [Fact]
    public void Units_beyond_a_closed_last_tier_are_refused_and_those_at_its_end_are_not()
    {
        var plan = Given.Plan(Given.Prepaid(20.5m, price: Given.Tiers(Given.PerUnit(0m, 20.5m, 1m))));

        Assert.Equal(
            new Fault(FaultCode.MaxValue, "The plan prices at most 20.5 units.", Units),
            Create(With(plan, new InitialUnits(Given.Seats.Id, 20.5m + Given.Smallest))).OnlyFault()
        );
        Assert.Equal(20.5m, PrepaidUnits(Given.Request(plan)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0.0000000001)]
    public void Units_that_cost_more_than_an_invoice_can_state_are_refused(double batch)
    {
        var dear = Given.Tiers(Given.PerUnit(0m, null, 1_000m, (decimal)batch));

        Assert.Equal(
            new Fault(FaultCode.MaxValue, "That many units cost more than an invoice can state.", Units),
            Create(With(Given.Plan(Given.Prepaid(price: dear)), new InitialUnits(Given.Seats.Id, 10_000_000m)))
                .OnlyFault()
        );
        Assert.Equal(
            ["end_date", Units],
            Create(Given.Request(Given.Plan(Given.Prepaid(10_000_000m, price: dear)), end: Given.April))
                .Refused<SubscriptionDecided, Refusal.Invalid>()
                .Faults.Select(fault => fault.Attribute)
        );
    }

    [Fact]
    public void All_faults_of_a_request_are_named_at_once()
    {
        var plan = Given.Plan(
            Given.Prepaid(null),
            Given.Prepaid(21m, price: Given.Tiers(Given.Flat(0m, 20m, 1m)), metric: Storage)
        );
        var request = Given.Request(plan, end: Given.April, units: [new InitialUnits(Given.Metric(3, "Calls").Id, 1m)]);

        Assert.Equal(
            ["end_date", "plan_id", Units, Units, Units],
            Create(request, Given.HeadWith("EUR"))
                .Refused<SubscriptionDecided, Refusal.Invalid>()
                .Faults.Select(fault => fault.Attribute)
        );
    }

    private static (object, object, string, string) Of(Subscription subscription) =>
        (subscription.Plan, subscription.PlanVersion, subscription.PlanName, subscription.Currency);

    private static SubscriptionRequest With(Plan plan, params ImmutableArray<InitialUnits> units) =>
        Given.Request(plan, units: units);

    private static decimal PrepaidUnits(SubscriptionRequest request) =>
        Assert.Single(Create(request).Accepted().Subscription.Prepaid).Units;

    private static ImmutableArray<ChargeLine> FirstLines(Plan plan) =>
        Assert.Single(Create(Given.Request(plan, start: Given.Now)).Accepted().Change!.Charges).Lines;

    private static Outcome<SubscriptionDecided> Create(SubscriptionRequest request, AccountHead? head = null) =>
        SubscriptionDecisions.Create(
            head ?? Given.Head,
            [],
            Given.SubscriptionId(),
            Given.ChargeId(),
            request,
            Given.By(Given.Now)
        );
}
