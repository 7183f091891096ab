using Drawdown.Domain.Rating;
using Drawdown.Domain.Subscriptions;

namespace Drawdown.Domain.Catalog;

/// <summary>The price of one metric in a plan.</summary>
/// <param name="Prepaid">Null: the metric's units are not prepaid.</param>
public sealed record PlanComponent(Metric Metric, PriceTiers Price, PrepaidCharge? Prepaid);

/// <summary>That a component's units are paid in advance.</summary>
/// <param name="Units">How many a subscription begins with; null: each subscription must say it.</param>
public sealed record PrepaidCharge(decimal? Units, ChargeBehavior Behavior);
