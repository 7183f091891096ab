using Drawdown.Domain.Accounts;
using Drawdown.Domain.Credits;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Invoicing;
using Drawdown.Domain.Money;
using Drawdown.Domain.Rating;

namespace Drawdown.Domain.Subscriptions;

/// <summary>
/// Changes the prepaid units of a subscription's component. The amounts telescope: after any sequence of changes within a
/// period exactly what is due for the period has been charged, so rounding never drifts.
/// </summary>
public static class PrepaidDecisions
{
    /// <summary>Lotus's own words.</summary>
    public const string NotInPlan = "A plan component with the specified metric is not in the plan.";

    /// <summary>Lotus's own words.</summary>
    public const string NotPrepaid = "Cannot change prepaid units for a plan component with no fixed charge.";

    /// <summary>Ours: units of which one period costs more than the largest amount.</summary>
    public const string TooMuchToInvoice = "That many units cost more than an invoice can state.";

    /// <summary>What a change comes to at this instant, without doing it.</summary>
    public static Outcome<PrepaidQuote> Quote(Subscription subscription, PrepaidChange change, DateTimeOffset now)
    {
        if (subscription.NextStep <= now)
            return new Refusal.Overdue();
        var status = subscription.StatusAt(now);
        if (status is not SubscriptionStatus.Active || subscription.Period is not { } period)
            return new Refusal.InvalidState(
                $"The subscription is {SubscriptionStatusNames.Names.Of(status).Replace('_', ' ')}, not active."
            );
        if (subscription.Metered.Contains(change.Metric))
            return new Refusal.InvalidOperation(NotPrepaid);
        var component = subscription.Prepaid.FirstOrDefault(component => component.Metric == change.Metric);
        if (component is null)
            return new Refusal.InvalidOperation(NotInPlan);
        if (change.Units > component.Price.MaxUnits)
            return new Refusal.Invalid([TooManyUnits(component.Price, "units")]);
        if (change.Units == component.Units)
            return new PrepaidQuote(subscription, 0m, null);
        // The whole period's price, also where only a share is due now: the next period costs the whole.
        if (component.Price.IsTooMuchToInvoice(change.Units))
            return new Refusal.InvalidOperation(TooMuchToInvoice);

        // A clock that lags behind the one that began the period must not reach into the period before.
        var from = now > period.Start ? now : period.Start;
        var held = component.Hold(change.Units, from);
        if (held.Segments.Length > PrepaidComponent.MaxSegments)
            return new Refusal.InvalidOperation(
                $"The units of a prorated component can be changed {PrepaidComponent.MaxSegments - 1} times within a period."
            );
        var due = held.Due(period, subscription.BillingCurrency);
        var delta = due - component.Charged;
        var after = subscription with
        {
            Prepaid = subscription.Prepaid.Replace(component, held with { Charged = due }),
        };
        return new PrepaidQuote(after, delta, Line(component, change.Units, from, period, delta));
    }

    /// <summary>
    /// Changes the units: an increase is charged, a decrease is granted as a credit in the same transaction.
    /// </summary>
    public static Outcome<SubscriptionDecided> Change(
        AccountHead head,
        Subscription subscription,
        PrepaidChange change,
        PrepaidIds ids,
        Provenance by
    ) =>
        Quote(subscription, change, by.Now)
            .Then(quote =>
                quote switch
                {
                    { Line: null } => new SubscriptionDecided(subscription, null),
                    { Delta: > 0m } => Charged(head, quote, change.InvoiceNow, ids.Charge, by),
                    { Delta: < 0m } => Credited(head, quote, ids.Credit, by),
                    _ => new(quote.Subscription, new(head.Next()) { Subscription = quote.Subscription }),
                }
            );

    /// <summary>The fault of a number of units that the last tier does not reach.</summary>
    internal static Fault TooManyUnits(PriceTiers price, string attribute) =>
        new(
            FaultCode.MaxValue,
            $"The plan prices at most {ExactDecimal.Format(price.MaxUnits!.Value)} units.",
            attribute
        );

    private static SubscriptionDecided Charged(
        AccountHead head,
        PrepaidQuote quote,
        bool invoiceNow,
        ChargeId id,
        Provenance by
    )
    {
        var charge = new Charge(
            id,
            quote.Subscription.Id,
            quote.Subscription.Currency,
            [quote.Line!],
            [],
            invoiceNow ? ChargeStatus.Queued : ChargeStatus.Waiting,
            null,
            null,
            by.Now
        );
        var after = invoiceNow
            ? quote.Subscription
            : quote.Subscription with
            {
                Waiting = quote.Subscription.Waiting.Add(id),
            };
        return new(
            after,
            new AccountChange(head.Next())
            {
                Subscription = after,
                Charges = [charge],
                Owed = invoiceNow ? id : null,
            }
        );
    }

    private static SubscriptionDecided Credited(AccountHead head, PrepaidQuote quote, CreditId id, Provenance by)
    {
        var terms = new CreditTerms(
            quote.Subscription.Currency,
            -quote.Delta,
            quote.Line!.Name,
            null,
            null,
            0m,
            null,
            null,
            "{}"
        );
        // A credit that begins now and never expires is never refused.
        var granted = ((Outcome<CreditDecided>.Accepted)CreditDecisions.Grant(head, id, terms, by)).Value;
        return new(quote.Subscription, granted.Change! with { Subscription = quote.Subscription });
    }

    private static ChargeLine Line(
        PrepaidComponent component,
        decimal units,
        DateTimeOffset from,
        BillingPeriod period,
        decimal delta
    ) =>
        new(
            $"{component.MetricName}: prepaid units from {ExactDecimal.Format(component.Units)} to {ExactDecimal.Format(units)}",
            from,
            period.Until,
            units - component.Units,
            BillingType.Intermediate,
            delta
        );
}
