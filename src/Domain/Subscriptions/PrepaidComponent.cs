using System.Collections.Immutable;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Money;
using Drawdown.Domain.Rating;

namespace Drawdown.Domain.Subscriptions;

/// <summary>
/// A component of a subscription whose units are prepaid, with what was held and what was charged in the current period.
/// </summary>
/// <param name="Metric">The metric that the units are of.</param>
/// <param name="MetricName">Its name, for people.</param>
/// <param name="Segments">From the period's beginning, in order; the last one is what is held now. Empty before the first period.</param>
/// <param name="Units">What is held, or will be at the start.</param>
/// <param name="Charged">What was charged for this period so far, less what was credited.</param>
public sealed record PrepaidComponent(
    MetricId Metric,
    string MetricName,
    PriceTiers Price,
    ChargeBehavior Behavior,
    decimal Units,
    ImmutableArray<UnitSegment> Segments,
    decimal Charged
)
{
    /// <summary>
    /// Changes of units within one period at most, where the period is prorated: each adds a segment to the subscription's
    /// row, and a row has a limit.
    /// </summary>
    public const int MaxSegments = 200;

    /// <summary>What is due for the period as the segments stand, rounded once to the currency's minor unit.</summary>
    public decimal Due(BillingPeriod period, Currency currency)
    {
        if (Behavior is ChargeBehavior.Full)
            return Price.Rate(Segments[^1].Units).Round(currency.MinorUnits);
        var due = Fraction.Zero;
        for (var index = 0; index < Segments.Length; index++)
        {
            var to = index + 1 < Segments.Length ? Segments[index + 1].From : period.Until;
            due += Price.Rate(Segments[index].Units) * period.ShareOf(Segments[index].From, to);
        }
        return due.Round(currency.MinorUnits);
    }

    /// <summary>The component at the beginning of a period, with the units that it holds. Nothing is charged yet.</summary>
    public PrepaidComponent Begin(BillingPeriod period) =>
        this with
        {
            Segments = [new(Units, period.Start)],
            Charged = 0m,
        };

    /// <summary>The component with other units from an instant on.</summary>
    public PrepaidComponent Hold(decimal units, DateTimeOffset from)
    {
        // Only the share of the period asks what was held before. Two changes at one instant: what was held for no time costs
        // nothing.
        var before = Behavior is ChargeBehavior.Full ? [] : Segments.Where(segment => segment.From < from);
        return this with { Units = units, Segments = [.. before, new(units, from)] };
    }
}
