using System.Collections.Immutable;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.Catalog;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Invoicing;

namespace Drawdown.Domain.Subscriptions;

/// <summary>The decisions about a subscription as a whole: its creation, and the steps of its life.</summary>
public static class SubscriptionDecisions
{
    // The calendar ends with 9999: a first period of a year must end in it by any local time.
    private const int LastYear = 9997;

    /// <summary>Subscribes a customer to a plan. A subscription whose start has come begins at once.</summary>
    /// <param name="existing">All subscriptions of the customer.</param>
    /// <param name="chargeId">The id of the first period's charge, should it begin.</param>
    public static Outcome<SubscriptionDecided> Create(
        AccountHead head,
        IEnumerable<Subscription> existing,
        SubscriptionId id,
        ChargeId chargeId,
        SubscriptionRequest request,
        Provenance by
    )
    {
        if (RequestFaults(head, request) is { Length: > 0 } faults)
            return new Refusal.Invalid(faults);

        var subscription = ToSubscription(head, id, request);
        if (existing.FirstOrDefault(subscription.Overlaps) is { } other)
            return new Refusal.OverlappingPlans(
                $"The customer has the subscription {other.Id} to this plan with the same filters for a part of that time."
            );
        return Decide(head, subscription, chargeId, SubscriptionLifecycle.Next(subscription, by.Now), by)
            ?? new SubscriptionDecided(subscription, new AccountChange(head.Next()) { Subscription = subscription });
    }

    /// <summary>Takes the next step of a subscription's life; null when none is due.</summary>
    /// <param name="chargeId">The id of the charge for what the step bills.</param>
    public static SubscriptionDecided? Step(
        AccountHead head,
        Subscription subscription,
        ChargeId chargeId,
        Provenance by
    ) => Decide(head, subscription, chargeId, SubscriptionLifecycle.Next(subscription, by.Now), by);

    private static SubscriptionDecided? Decide(
        AccountHead head,
        Subscription subscription,
        ChargeId chargeId,
        LifecycleStep? step,
        Provenance by
    )
    {
        if (step is null)
            return null;
        var change = new AccountChange(head.Next());
        if (step.Lines.IsEmpty && subscription.Waiting.IsEmpty)
            return new(step.After, change with { Subscription = step.After });

        var after = step.After with { Waiting = [.. subscription.Waiting.Skip(Charge.MaxTaken)] };
        var charge = new Charge(
            chargeId,
            subscription.Id,
            subscription.Currency,
            step.Lines,
            [.. subscription.Waiting.Take(Charge.MaxTaken)],
            ChargeStatus.Queued,
            null,
            null,
            by.Now
        );
        return new(after, change with { Subscription = after, Charges = [charge], Owed = chargeId });
    }

    private static Subscription ToSubscription(AccountHead head, SubscriptionId id, SubscriptionRequest request)
    {
        var plan = request.Plan;
        return new()
        {
            Id = id,
            Plan = plan.Id,
            PlanVersion = plan.VersionId,
            PlanName = plan.Name,
            Currency = plan.Currency,
            Anchor = new(request.Start, plan.Duration, head.Customer.Timezone),
            EndDate = request.End,
            AutoRenew = request.AutoRenew,
            IsNew = request.IsNew,
            Filters = request.Filters,
            Metadata = request.Metadata,
            Prepaid =
            [
                .. plan
                    .Components.Where(component => component.Prepaid is not null)
                    .Select(component => new PrepaidComponent(
                        component.Metric.Id,
                        component.Metric.Name,
                        component.Price,
                        component.Prepaid!.Behavior,
                        UnitsOf(request, component)!.Value,
                        [],
                        0m
                    )),
            ],
            Metered =
            [
                .. plan
                    .Components.Where(component => component.Prepaid is null)
                    .Select(component => component.Metric.Id),
            ],
            RecurringCharges = plan.RecurringCharges,
        };
    }

    private static decimal? UnitsOf(SubscriptionRequest request, PlanComponent component) =>
        request.InitialUnits.FirstOrDefault(initial => initial.Metric == component.Metric.Id)?.Units
        ?? component.Prepaid?.Units;

    private static ImmutableArray<Fault> RequestFaults(AccountHead head, SubscriptionRequest request)
    {
        const string units = "component_fixed_charges_initial_units";
        var faults = ImmutableArray.CreateBuilder<Fault>();
        if (request.Start.UtcDateTime.Year > LastYear)
            faults.Add(new(FaultCode.MaxValue, $"The start must be before the year {LastYear + 1}.", "start_date"));
        if (request.End <= request.Start)
            faults.Add(new(FaultCode.Invalid, "The end must be after the start.", "end_date"));
        if (request.Plan.Currency != head.Customer.DefaultCurrency)
            faults.Add(
                new(
                    FaultCode.Invalid,
                    $"The plan is in {request.Plan.Currency}, and the customer is billed in {head.Customer.DefaultCurrency}.",
                    "plan_id"
                )
            );
        foreach (var initial in request.InitialUnits)
        {
            var component = request.Plan.Components.FirstOrDefault(component => component.Metric.Id == initial.Metric);
            if (component is null)
                faults.Add(new(FaultCode.DoesNotExist, PrepaidDecisions.NotInPlan, units));
            else if (component.Prepaid is null)
                faults.Add(new(FaultCode.Invalid, PrepaidDecisions.NotPrepaid, units));
        }
        foreach (var component in request.Plan.Components.Where(component => component.Prepaid is not null))
            if (UnitsOf(request, component) is not { } begin)
                faults.Add(
                    new(
                        FaultCode.Required,
                        $"The plan leaves it open how many units of {component.Metric.Id} to begin with.",
                        units
                    )
                );
            else if (begin > component.Price.MaxUnits)
                faults.Add(PrepaidDecisions.TooManyUnits(component.Price, units));
            else if (component.Price.IsTooMuchToInvoice(begin))
                faults.Add(new(FaultCode.MaxValue, PrepaidDecisions.TooMuchToInvoice, units));
        return faults.ToImmutable();
    }
}
