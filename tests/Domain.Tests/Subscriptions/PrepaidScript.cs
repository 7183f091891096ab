using System.Collections.Immutable;
using Drawdown.Domain.Subscriptions;
using Drawdown.Domain.Tests.Rating;

namespace Drawdown.Domain.Tests.Subscriptions;

/// <summary>A subscription and what its customer does with it.</summary>
/// <param name="Initial">Quarter units.</param>
/// <param name="Days">When it ends, counted from the start; null: it does not.</param>
internal sealed record PrepaidScript(
    NaivePrice Price,
    ChargeBehavior Behavior,
    string Currency,
    PlanDuration Duration,
    DateTimeOffset Start,
    int? Days,
    bool AutoRenew,
    int Initial,
    ImmutableArray<PrepaidStep> Steps
)
{
    public override string ToString() =>
        $"\n{Behavior}, {Currency}, {Duration} from {Start:O}, {Days} days, renews: {AutoRenew}, {Initial} quarters of\n"
        + $"{string.Join('\n', Price.Tiers)}\nbulk: {Price.Bulk}\n{string.Join('\n', Steps)}\n";
}

/// <summary>A change of units after a while.</summary>
/// <param name="BoundaryTicks">Not after <paramref name="Wait"/>, but beside the end of the period.</param>
internal sealed record PrepaidStep(TimeSpan Wait, int? BoundaryTicks, int Quarters, bool InvoiceNow, bool Deliver);
