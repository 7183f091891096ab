using System.Collections.Immutable;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Money;

namespace Drawdown.Domain.Subscriptions;

/// <summary>
/// A customer's subscription to a plan's version, of which it holds a copy: what it costs is never looked up elsewhere.
/// </summary>
public sealed record Subscription
{
    /// <summary>The subscription.</summary>
    public required SubscriptionId Id { get; init; }

    /// <summary>The plan.</summary>
    public required PlanId Plan { get; init; }

    /// <summary>The plan's version.</summary>
    public required PlanVersionId PlanVersion { get; init; }

    /// <summary>The plan's name.</summary>
    public required string PlanName { get; init; }

    /// <summary>An ISO 4217 code.</summary>
    public required string Currency { get; init; }

    /// <summary>What its periods are counted from.</summary>
    public required BillingAnchor Anchor { get; init; }

    /// <summary>When it ends at the latest; null: by <see cref="AutoRenew"/> alone.</summary>
    public required DateTimeOffset? EndDate { get; init; }

    /// <summary>Whether a period follows when one ends.</summary>
    public required bool AutoRenew { get; init; }

    /// <summary>Whether the caller called it a first one.</summary>
    public required bool IsNew { get; init; }

    /// <summary>What distinguishes it from others to the same plan.</summary>
    public required ImmutableArray<SubscriptionFilter> Filters { get; init; }

    /// <summary>A JSON object, as text.</summary>
    public required string Metadata { get; init; }

    /// <summary>The components with prepaid units.</summary>
    public required ImmutableArray<PrepaidComponent> Prepaid { get; init; }

    /// <summary>The plan's other metrics, whose units are not prepaid.</summary>
    public required ImmutableArray<MetricId> Metered { get; init; }

    /// <summary>The plan's recurring charges.</summary>
    public required ImmutableArray<RecurringCharge> RecurringCharges { get; init; }

    /// <summary>The period that was opened last; null before the first.</summary>
    public BillingPeriod? Period { get; init; }

    /// <summary>Whether it was ended: its last period is closed.</summary>
    public bool Closed { get; init; }

    /// <summary>Charges that the next invoice takes.</summary>
    public ImmutableArray<ChargeId> Waiting { get; init; } = [];

    /// <summary>What it is billed in.</summary>
    public Currency BillingCurrency => Money.Currency.Get(Currency);

    /// <summary>The period of an index, as its full length and the subscription's end give it.</summary>
    public BillingPeriod PeriodAt(int index)
    {
        var (start, end) = (Anchor.BeginningOf(index), Anchor.BeginningOf(index + 1));
        return new(index, start, end, EndDate < end ? EndDate.Value : end);
    }

    /// <summary>When something is due next: the start, or the end of the period; null when it is over.</summary>
    public DateTimeOffset? NextStep => Closed ? null : Period?.Until ?? Anchor.Start;

    /// <summary>The end of the current period, or of the first one while none has begun.</summary>
    public DateTimeOffset CurrentEnd => (Period ?? PeriodAt(0)).Until;

    /// <summary>Whether no period follows the current one.</summary>
    public bool EndsWithPeriod => !AutoRenew || EndDate <= Period?.End;

    /// <summary>The status as of an instant, whether or not a timer ran.</summary>
    public SubscriptionStatus StatusAt(DateTimeOffset now)
    {
        if (now < Anchor.Start)
            return SubscriptionStatus.NotStarted;
        return Closed || now >= LastEnd ? SubscriptionStatus.Ended : SubscriptionStatus.Active;
    }

    /// <summary>When it is over for good, as far as that is known: <see cref="DateTimeOffset.MaxValue"/> if it renews for ever.</summary>
    public DateTimeOffset LastEnd => AutoRenew ? EndDate ?? DateTimeOffset.MaxValue : CurrentEnd;

    /// <summary>Whether two subscriptions are to one plan with the same filters and share some time.</summary>
    public bool Overlaps(Subscription other) =>
        Plan == other.Plan
        && Filters.ToHashSet().SetEquals(other.Filters)
        && Anchor.Start < other.LastEnd
        && other.Anchor.Start < LastEnd;
}
