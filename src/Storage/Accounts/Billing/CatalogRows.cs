using Drawdown.Domain.Catalog;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Subscriptions;
using Drawdown.Storage.Tables;

namespace Drawdown.Storage.Accounts.Billing;

/// <summary>How metrics and plans are stored.</summary>
internal static class CatalogRows
{
    public static IReadOnlyDictionary<string, object> ToColumns(Metric metric) =>
        new ColumnWriter()
            .Text("Id", metric.Id.ToString())
            .Text("Name", metric.Name)
            .Text("EventName", metric.EventName)
            .Text("Aggregation", metric.Aggregation)
            .Text("Property", metric.Property)
            .Instant("CreatedAt", metric.CreatedAt)
            .Columns;

    public static Metric ToMetric(TableRow row)
    {
        var columns = new ColumnReader(row);
        return new(
            RoutedId.Parse<MetricId>(columns.Text("Id")),
            columns.Text("Name"),
            columns.Text("EventName"),
            columns.Text("Aggregation"),
            columns.OptionalText("Property"),
            columns.Instant("CreatedAt")
        );
    }

    public static IReadOnlyDictionary<string, object> ToColumns(Plan plan) =>
        new ColumnWriter()
            .Text("Id", plan.Id.ToString())
            .Text("VersionId", plan.VersionId.ToString())
            .Text("Name", plan.Name)
            .Text("Description", plan.Description)
            .Text("Duration", PlanDurationNames.Names.Of(plan.Duration))
            .Text("Currency", plan.Currency)
            .LongText("Components", StoredList.Write(plan.Components.Select(StoredComponent.Of)))
            .LongText("Recurring", StoredList.Write(plan.RecurringCharges.Select(StoredRecurring.Of)))
            .Instant("CreatedAt", plan.CreatedAt)
            .Columns;

    public static Plan ToPlan(TableRow row)
    {
        var columns = new ColumnReader(row);
        return new(
            RoutedId.Parse<PlanId>(columns.Text("Id")),
            RoutedId.Parse<PlanVersionId>(columns.Text("VersionId")),
            columns.Text("Name"),
            columns.OptionalText("Description"),
            PlanDurationNames.Names.Parse(columns.Text("Duration")),
            columns.Text("Currency"),
            StoredList.Read(columns.LongText("Components"), (StoredComponent component) => component.ToComponent()),
            StoredList.Read(columns.LongText("Recurring"), (StoredRecurring charge) => charge.ToCharge()),
            columns.Instant("CreatedAt")
        );
    }
}
