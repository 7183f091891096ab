using System.Globalization;
using System.Text.Json;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.Invoicing;
using Drawdown.Functions.Api;
using Drawdown.Functions.Customers;
using Drawdown.Storage.Idempotency;

namespace Drawdown.Functions.Invoices;

/// <summary>An invoice as Lotus shows it.</summary>
public static class InvoiceJson
{
    /// <summary>The answer that shows one invoice.</summary>
    public static StoredAnswer Show(AccountHead head, Invoice invoice, string seller) =>
        Answers.Ok(json => Write(json, head, invoice, seller));

    /// <summary>The fields of an invoice.</summary>
    /// <param name="seller">The name of the organization.</param>
    public static void Write(Utf8JsonWriter json, AccountHead head, Invoice invoice, string seller)
    {
        json.Text("invoice_id", invoice.Id.ToString());
        json.Text("invoice_number", invoice.Number);
        json.Money("amount", invoice.Amount);
        json.Money("cost_due", invoice.Amount);
        CurrencyJson.Write(json, "currency", invoice.Currency);
        json.Instant("issue_date", invoice.IssuedAt);
        json.WriteNull("due_date");
        json.Text("start_date", Day(invoice.Start));
        json.Text("end_date", Day(invoice.End));
        json.Text("payment_status", StatusOf(invoice));
        json.WriteNull("external_payment_obj_id");
        json.WriteNull("external_payment_obj_type");
        json.WriteNull("external_payment_obj_status");
        json.Objects("line_items", invoice.Lines, line => InvoiceLineJson.Write(json, line));
        json.Object("customer", () => CustomerJson.WriteForInvoice(json, head));
        json.Object(
            "seller",
            () =>
            {
                json.Text("name", seller);
                json.WriteNull("address");
                json.WriteNull("phone");
                json.WriteNull("email");
            }
        );
        json.WriteNull("invoice_pdf");
        json.Text("subscription_id", invoice.Subscription?.ToString());
    }

    /// <summary>The documented name of the payment's state.</summary>
    public static string StatusOf(Invoice invoice) => invoice.PaidAt is null ? "unpaid" : "paid";

    private static string Day(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
