using System.Text.Json;
using Drawdown.Domain.Invoicing;
using Drawdown.Functions.Api;

namespace Drawdown.Functions.Invoices;

/// <summary>A line as Lotus shows it.</summary>
public static class InvoiceLineJson
{
    /// <summary>The fields of a line.</summary>
    public static void Write(Utf8JsonWriter json, ChargeLine line)
    {
        json.Text("name", line.Name);
        json.Instant("start_date", line.Start);
        json.Instant("end_date", line.End);
        json.Money("quantity", line.Quantity);
        json.Text("billing_type", BillingTypeNames.Names.Of(line.Billing));
        json.WriteNull("metadata");
        json.WriteNull("plan");
        json.WriteNull("subscription_filters");
        json.Money("base", line.Amount);
        json.Nothing("adjustments");
        json.Money("amount", line.Amount);
        json.Money("subtotal", line.Amount);
    }
}
