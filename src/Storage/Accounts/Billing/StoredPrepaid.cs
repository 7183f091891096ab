using Drawdown.Domain.Ids;
using Drawdown.Domain.Subscriptions;

namespace Drawdown.Storage.Accounts.Billing;

/// <summary>How it is stored inside a row, as JSON. The members' names are the storage format: one is added, never renamed.</summary>
internal sealed record StoredPrepaid(
    string Metric,
    string MetricName,
    StoredPrice Price,
    string Behavior,
    decimal Units,
    List<StoredSegment> Segments,
    decimal Charged
)
{
    public static StoredPrepaid Of(PrepaidComponent component) =>
        new(
            component.Metric.ToString(),
            component.MetricName,
            StoredPrice.Of(component.Price),
            ChargeBehaviorNames.Names.Of(component.Behavior),
            component.Units,
            [.. component.Segments.Select(segment => new StoredSegment(segment.Units, segment.From))],
            component.Charged
        );

    public PrepaidComponent ToComponent() =>
        new(
            RoutedId.Parse<MetricId>(Metric),
            MetricName,
            Price.ToPrice(),
            ChargeBehaviorNames.Names.Parse(Behavior),
            Units,
            [.. Segments.Select(segment => new UnitSegment(segment.Units, segment.From))],
            Charged
        );
}

internal sealed record StoredSegment(decimal Units, DateTimeOffset From);
