using System.Collections.Immutable;
using Drawdown.Domain.Catalog;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Rating;
using Drawdown.Domain.Subscriptions;

namespace Drawdown.Functions.Plans;

/// <summary>What a caller says about a plan, with metrics still by their ids.</summary>
public sealed record PlanDraft(
    string Name,
    string? Description,
    PlanDuration Duration,
    string Currency,
    ImmutableArray<ComponentDraft> Components,
    ImmutableArray<RecurringCharge> RecurringCharges
);

/// <summary>A component with its metric by id.</summary>
public sealed record ComponentDraft(MetricId Metric, PriceTiers Price, PrepaidCharge? Prepaid);
