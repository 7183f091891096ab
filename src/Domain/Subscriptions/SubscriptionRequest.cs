using System.Collections.Immutable;
using Drawdown.Domain.Catalog;
using Drawdown.Domain.Ids;

namespace Drawdown.Domain.Subscriptions;

/// <summary>What a caller asks for when subscribing a customer to a plan.</summary>
/// <param name="InitialUnits">Prepaid units to begin with, where they differ from the plan's.</param>
public sealed record SubscriptionRequest(
    Plan Plan,
    DateTimeOffset Start,
    DateTimeOffset? End,
    bool AutoRenew,
    bool IsNew,
    ImmutableArray<SubscriptionFilter> Filters,
    ImmutableArray<InitialUnits> InitialUnits,
    string Metadata
);

/// <summary>Prepaid units of a metric at the start.</summary>
/// <param name="Units">0 or more; an explicit 0 is 0.</param>
public sealed record InitialUnits(MetricId Metric, decimal Units);
