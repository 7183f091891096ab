using Drawdown.Domain.Catalog;
using Drawdown.Domain.Ids;

namespace Drawdown.Storage.Accounts.Billing;

/// <summary>How it is stored inside a row, as JSON. The members' names are the storage format: one is added, never renamed.</summary>
internal sealed record StoredMetric(
    string Id,
    string Name,
    string EventName,
    string Aggregation,
    string? Property,
    DateTimeOffset CreatedAt
)
{
    public static StoredMetric Of(Metric metric) =>
        new(metric.Id.ToString(), metric.Name, metric.EventName, metric.Aggregation, metric.Property, metric.CreatedAt);

    public Metric ToMetric() => new(RoutedId.Parse<MetricId>(Id), Name, EventName, Aggregation, Property, CreatedAt);
}
