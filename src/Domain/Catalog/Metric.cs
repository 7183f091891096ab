using Drawdown.Domain.Ids;

namespace Drawdown.Domain.Catalog;

/// <summary>Something that is counted, such as seats.</summary>
/// <param name="Aggregation">How events are counted: count, sum, max, unique, latest or average.</param>
/// <param name="Property">The event's property that is aggregated; null for a count.</param>
public sealed record Metric(
    MetricId Id,
    string Name,
    string EventName,
    string Aggregation,
    string? Property,
    DateTimeOffset CreatedAt
);
