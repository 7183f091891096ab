using Drawdown.Domain.Ids;
using Drawdown.Domain.Invoicing;
using Drawdown.Storage.Tables;

namespace Drawdown.Storage.Accounts.Billing;

/// <summary>How charges and invoices are stored.</summary>
internal static class InvoicingRows
{
    public static IReadOnlyDictionary<string, object> ToColumns(Charge charge) =>
        new ColumnWriter()
            .Text("Id", charge.Id.ToString())
            .Text("Subscription", charge.Subscription.ToString())
            .Text("Currency", charge.Currency)
            .Money("Amount", charge.Amount)
            .LongText("Lines", StoredList.Write(charge.Lines.Select(StoredLine.Of)))
            .LongText("Takes", StoredList.Write(charge.Takes.Select(taken => taken.ToString())))
            .Text("Status", ChargeStatusNames.Names.Of(charge.Status))
            .Text("Invoice", charge.Invoice?.ToString())
            .Text("FailureReason", charge.FailureReason)
            .Instant("CreatedAt", charge.CreatedAt)
            .Columns;

    public static Charge ToCharge(TableRow row)
    {
        var columns = new ColumnReader(row);
        return new(
            RoutedId.Parse<ChargeId>(columns.Text("Id")),
            RoutedId.Parse<SubscriptionId>(columns.Text("Subscription")),
            columns.Text("Currency"),
            StoredList.Read(columns.LongText("Lines"), (StoredLine line) => line.ToLine()),
            StoredList.Read(columns.LongText("Takes"), (string id) => RoutedId.Parse<ChargeId>(id)),
            ChargeStatusNames.Names.Parse(columns.Text("Status")),
            columns.OptionalText("Invoice") is { } invoice ? RoutedId.Parse<InvoiceId>(invoice) : null,
            columns.OptionalText("FailureReason"),
            columns.Instant("CreatedAt")
        );
    }

    public static IReadOnlyDictionary<string, object> ToColumns(Invoice invoice) =>
        new ColumnWriter()
            .Text("Id", invoice.Id.ToString())
            .Text("Number", invoice.Number)
            .Number("Sequence", invoice.Sequence)
            .Text("Currency", invoice.Currency)
            .Money("Amount", invoice.Amount)
            .LongText("Lines", StoredList.Write(invoice.Lines.Select(StoredLine.Of)))
            .Text("Subscription", invoice.Subscription?.ToString())
            .Instant("IssuedAt", invoice.IssuedAt)
            .Instant("PaidAt", invoice.PaidAt)
            .Columns;

    public static Invoice ToInvoice(TableRow row)
    {
        var columns = new ColumnReader(row);
        return new(
            RoutedId.Parse<InvoiceId>(columns.Text("Id")),
            columns.Number("Sequence"),
            columns.Text("Currency"),
            StoredList.Read(columns.LongText("Lines"), (StoredLine line) => line.ToLine()),
            columns.OptionalText("Subscription") is { } id ? RoutedId.Parse<SubscriptionId>(id) : null,
            columns.Instant("IssuedAt"),
            columns.OptionalInstant("PaidAt")
        );
    }
}
