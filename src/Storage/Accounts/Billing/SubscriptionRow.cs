using Drawdown.Domain.Ids;
using Drawdown.Domain.Subscriptions;
using Drawdown.Storage.Tables;

namespace Drawdown.Storage.Accounts.Billing;

/// <summary>How a subscription is stored.</summary>
internal static class SubscriptionRow
{
    public static IReadOnlyDictionary<string, object> ToColumns(Subscription subscription)
    {
        var columns = new ColumnWriter()
            .Text("Id", subscription.Id.ToString())
            .Text("Plan", subscription.Plan.ToString())
            .Text("PlanVersion", subscription.PlanVersion.ToString())
            .Text("PlanName", subscription.PlanName)
            .Text("Currency", subscription.Currency)
            .Instant("Start", subscription.Anchor.Start)
            .Text("Duration", PlanDurationNames.Names.Of(subscription.Anchor.Duration))
            .Text("Timezone", subscription.Anchor.Timezone)
            .Instant("EndDate", subscription.EndDate)
            .Flag("AutoRenew", subscription.AutoRenew)
            .Flag("IsNew", subscription.IsNew)
            .LongText("Filters", StoredList.Write(subscription.Filters))
            .Text("Metadata", subscription.Metadata)
            .LongText("Prepaid", StoredList.Write(subscription.Prepaid.Select(StoredPrepaid.Of)))
            .LongText("Metered", StoredList.Write(subscription.Metered.Select(metric => metric.ToString())))
            .LongText("Recurring", StoredList.Write(subscription.RecurringCharges.Select(StoredRecurring.Of)))
            .LongText("Waiting", StoredList.Write(subscription.Waiting.Select(charge => charge.ToString())))
            .Flag("Closed", subscription.Closed);
        if (subscription.Period is { } period)
            columns
                .Number("PeriodIndex", period.Index)
                .Instant("PeriodStart", period.Start)
                .Instant("PeriodEnd", period.End)
                .Instant("PeriodUntil", period.Until);
        return columns.Columns;
    }

    public static Subscription FromRow(TableRow row)
    {
        var columns = new ColumnReader(row);
        return new()
        {
            Id = RoutedId.Parse<SubscriptionId>(columns.Text("Id")),
            Plan = RoutedId.Parse<PlanId>(columns.Text("Plan")),
            PlanVersion = RoutedId.Parse<PlanVersionId>(columns.Text("PlanVersion")),
            PlanName = columns.Text("PlanName"),
            Currency = columns.Text("Currency"),
            Anchor = new(
                columns.Instant("Start"),
                PlanDurationNames.Names.Parse(columns.Text("Duration")),
                columns.Text("Timezone")
            ),
            EndDate = columns.OptionalInstant("EndDate"),
            AutoRenew = columns.Flag("AutoRenew"),
            IsNew = columns.Flag("IsNew"),
            Filters = StoredList.Read(columns.LongText("Filters"), (SubscriptionFilter filter) => filter),
            Metadata = columns.Text("Metadata"),
            Prepaid = StoredList.Read(columns.LongText("Prepaid"), (StoredPrepaid part) => part.ToComponent()),
            Metered = StoredList.Read(columns.LongText("Metered"), (string id) => RoutedId.Parse<MetricId>(id)),
            RecurringCharges = StoredList.Read(
                columns.LongText("Recurring"),
                (StoredRecurring charge) => charge.ToCharge()
            ),
            Waiting = StoredList.Read(columns.LongText("Waiting"), (string id) => RoutedId.Parse<ChargeId>(id)),
            Closed = columns.Flag("Closed"),
            Period = columns.OptionalInstant("PeriodStart") is { } start
                ? new(
                    (int)columns.Number("PeriodIndex"),
                    start,
                    columns.Instant("PeriodEnd"),
                    columns.Instant("PeriodUntil")
                )
                : null,
        };
    }
}
