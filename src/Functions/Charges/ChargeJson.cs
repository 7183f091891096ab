using System.Text.Json;
using Drawdown.Domain.Invoicing;
using Drawdown.Functions.Api;
using Drawdown.Functions.Customers;
using Drawdown.Functions.Invoices;
using Drawdown.Storage.Idempotency;

namespace Drawdown.Functions.Charges;

/// <summary>A charge as the API shows it.</summary>
public static class ChargeJson
{
    /// <summary>The answer that shows one charge.</summary>
    public static StoredAnswer Show(Charge charge) => Answers.Ok(json => Write(json, charge));

    /// <summary>The fields of a charge.</summary>
    public static void Write(Utf8JsonWriter json, Charge charge)
    {
        json.Text("charge_id", charge.Id.ToString());
        json.Text("subscription_id", charge.Subscription.ToString());
        json.Text("status", ChargeStatusNames.Names.Of(charge.Status));
        json.Text("failure_reason", charge.FailureReason);
        json.Text("invoice_id", charge.Invoice?.ToString());
        json.Money("amount", charge.Amount);
        CurrencyJson.Write(json, "currency", charge.Currency);
        json.Instant("created_at", charge.CreatedAt);
        json.Objects("lines", charge.Lines, line => InvoiceLineJson.Write(json, line));
    }
}
