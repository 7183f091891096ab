using Drawdown.Domain.Invoicing;

namespace Drawdown.Domain.Subscriptions;

/// <summary>
/// The periods of a subscription. Each step is one transaction, so that a year that passed unnoticed is caught up with month
/// by month, each with its own invoice.
/// </summary>
public static class SubscriptionLifecycle
{
    /// <summary>The next step, or null when none is due.</summary>
    public static LifecycleStep? Next(Subscription subscription, DateTimeOffset now)
    {
        if (subscription.NextStep is not { } due || now < due)
            return null;
        if (subscription.Period is not { } period)
            return Open(subscription, subscription.PeriodAt(0), []);
        // What one invoice has no room for goes on invoices of its own first: kept for the next period it could grow without
        // bound, and after the last period nothing would ever bill it.
        if (subscription.Waiting.Length > Charge.MaxTaken)
            return new(subscription, []);

        var arrears = Recurring(subscription, period, ChargeTiming.InArrears, BillingType.InArrears);
        return subscription.EndsWithPeriod
            ? new(subscription with { Closed = true }, [.. arrears])
            : Open(subscription, subscription.PeriodAt(period.Index + 1), arrears);
    }

    private static LifecycleStep Open(Subscription subscription, BillingPeriod period, IEnumerable<ChargeLine> closing)
    {
        var prepaid = subscription.Prepaid.Select(component => component.Begin(period)).ToList();
        var charged = prepaid.Select(component =>
            component with
            {
                Charged = component.Due(period, subscription.BillingCurrency),
            }
        );
        var after = subscription with { Period = period, Prepaid = [.. charged] };
        return new(
            after,
            [
                .. closing,
                .. Recurring(after, period, ChargeTiming.InAdvance, BillingType.InAdvance),
                .. after.Prepaid.Where(component => component.Units > 0m).Select(component => Line(component, period)),
            ]
        );
    }

    private static IEnumerable<ChargeLine> Recurring(
        Subscription subscription,
        BillingPeriod period,
        ChargeTiming timing,
        BillingType billing
    ) =>
        subscription
            .RecurringCharges.Where(charge => charge.Timing == timing)
            .Select(charge => new ChargeLine(
                charge.Name,
                period.Start,
                period.Until,
                null,
                billing,
                charge.Due(period, subscription.BillingCurrency)
            ));

    private static ChargeLine Line(PrepaidComponent component, BillingPeriod period) =>
        new(
            $"{component.MetricName}: prepaid units",
            period.Start,
            period.Until,
            component.Units,
            BillingType.InAdvance,
            component.Charged
        );
}
