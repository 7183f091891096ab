using Drawdown.Domain.Catalog;
using Drawdown.Domain.Subscriptions;

namespace Drawdown.Storage.Accounts.Billing;

/// <summary>How it is stored inside a row, as JSON. The members' names are the storage format: one is added, never renamed.</summary>
internal sealed record StoredComponent(
    StoredMetric Metric,
    StoredPrice Price,
    bool IsPrepaid,
    decimal? Units,
    string? Behavior
)
{
    public static StoredComponent Of(PlanComponent component) =>
        new(
            StoredMetric.Of(component.Metric),
            StoredPrice.Of(component.Price),
            component.Prepaid is not null,
            component.Prepaid?.Units,
            component.Prepaid is { } prepaid ? ChargeBehaviorNames.Names.Of(prepaid.Behavior) : null
        );

    public PlanComponent ToComponent() =>
        new(
            Metric.ToMetric(),
            Price.ToPrice(),
            IsPrepaid ? new(Units, ChargeBehaviorNames.Names.Parse(Behavior!)) : null
        );
}
