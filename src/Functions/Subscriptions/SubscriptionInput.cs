using Drawdown.Domain;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Subscriptions;
using Drawdown.Functions.Api;

namespace Drawdown.Functions.Subscriptions;

/// <summary>Reads what a caller says about a subscription.</summary>
public static class SubscriptionInput
{
    private const int MaxFilters = 20;
    private const int MaxComponents = 20;

    /// <summary>A new subscription.</summary>
    public static SubscriptionDraft Draft(Fields body)
    {
        var draft = new SubscriptionDraft(
            body.RequiredText("customer_id", TextRules.NameLength),
            body.RequiredId<PlanId>("plan_id"),
            body.RequiredInstant("start_date"),
            body.OptionalInstant("end_date"),
            body.OptionalFlag("auto_renew") ?? true,
            body.OptionalFlag("is_new") ?? true,
            body.OptionalObjects("subscription_filters", MaxFilters, Filter),
            body.OptionalObjects("component_fixed_charges_initial_units", MaxComponents, Units),
            body.Metadata("metadata")
        );
        // A faulty id reads as the default, and is named as a fault already.
        var metrics = draft.InitialUnits.Select(initial => initial.Metric).Where(metric => metric != default).ToList();
        if (metrics.Distinct().Count() < metrics.Count)
            body.Fault(FaultCode.Invalid, "A metric is named twice.", "component_fixed_charges_initial_units");
        return draft;
    }

    /// <summary>A change of prepaid units: which subscription and metric is in the path, how many in the body.</summary>
    public static async Task<(SubscriptionId Subscription, PrepaidChange Change)> Change(
        ApiCall call,
        string subscriptionId,
        string metricId
    )
    {
        var subscription = call.PathId<SubscriptionId>(subscriptionId, "subscription_id");
        var metric = call.PathId<MetricId>(metricId, "metric_id");
        var body = await call.Body();
        body.Repeats("subscription_id", subscriptionId);
        body.Repeats("metric_id", metricId);
        var units = body.RequiredAmount("units", minimum: 0m);
        return (subscription, new(metric, units, body.OptionalFlag("invoice_now") ?? true));
    }

    private static SubscriptionFilter Filter(Fields filter) =>
        new(
            filter.RequiredText("property_name", TextRules.NameLength),
            filter.RequiredText("value", TextRules.NameLength)
        );

    private static InitialUnits Units(Fields initial) =>
        new(initial.RequiredId<MetricId>("metric_id"), initial.RequiredAmount("units", minimum: 0m));
}
