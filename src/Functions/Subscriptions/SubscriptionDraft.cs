using System.Collections.Immutable;
using Drawdown.Domain.Catalog;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Subscriptions;

namespace Drawdown.Functions.Subscriptions;

/// <summary>What a caller says about a new subscription, with customer and plan still by their ids.</summary>
public sealed record SubscriptionDraft(
    string CustomerId,
    PlanId Plan,
    DateTimeOffset Start,
    DateTimeOffset? End,
    bool AutoRenew,
    bool IsNew,
    ImmutableArray<SubscriptionFilter> Filters,
    ImmutableArray<InitialUnits> InitialUnits,
    string Metadata
)
{
    /// <summary>The request for a plan.</summary>
    public SubscriptionRequest For(Plan plan) =>
        new(plan, Start, End, AutoRenew, IsNew, Filters, InitialUnits, Metadata);
}
