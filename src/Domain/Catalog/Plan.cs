using System.Collections.Immutable;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Subscriptions;

namespace Drawdown.Domain.Catalog;

/// <summary>A plan with its one version, which is immutable once written.</summary>
/// <param name="Currency">An ISO 4217 code.</param>
public sealed record Plan(
    PlanId Id,
    PlanVersionId VersionId,
    string Name,
    string? Description,
    PlanDuration Duration,
    string Currency,
    ImmutableArray<PlanComponent> Components,
    ImmutableArray<RecurringCharge> RecurringCharges,
    DateTimeOffset CreatedAt
)
{
    /// <summary>The number of the version.</summary>
    public const int Version = 1;
}
