using System.Text.Json;
using Drawdown.Domain.Accounts;
using Drawdown.Functions.Api;
using Drawdown.Functions.Invoices;
using Drawdown.Functions.Subscriptions;
using Drawdown.Storage.Accounts;
using Drawdown.Storage.Idempotency;

namespace Drawdown.Functions.Customers;

/// <summary>A customer as Lotus shows it.</summary>
public static class CustomerJson
{
    /// <summary>Where a customer is.</summary>
    public static string PathOf(AccountHead head) => $"/api/customers/{Uri.EscapeDataString(head.CustomerId)}/";

    /// <summary>The answer that shows one customer.</summary>
    public static StoredAnswer Show(CustomerView view, string seller) => Answers.Ok(json => Write(json, view, seller));

    /// <summary>The fields of a customer.</summary>
    /// <param name="seller">The name of the organization, for the invoices.</param>
    public static void Write(Utf8JsonWriter json, CustomerView view, string seller)
    {
        var head = view.Head;
        var profile = head.Customer;
        json.Text("customer_id", head.CustomerId);
        json.Text("email", profile.Email);
        json.Text("customer_name", profile.Name);
        json.Objects("invoices", view.Invoices, invoice => InvoiceJson.Write(json, head, invoice, seller));
        json.Money("total_amount_due", view.Due);
        json.Objects("subscriptions", view.Subscriptions, one => SubscriptionJson.Write(json, head, one));
        json.Object("integrations", () => { });
        CurrencyJson.Write(json, "default_currency", profile.DefaultCurrency);
        json.WriteNull("payment_provider");
        json.WriteNull("payment_provider_id");
        json.WriteBoolean("has_payment_method", false);
        Write(json, "address", profile.BillingAddress);
        Write(json, "billing_address", profile.BillingAddress);
        Write(json, "shipping_address", profile.ShippingAddress);
        json.Money("tax_rate", profile.TaxRate);
        json.Text("timezone", profile.Timezone);
        json.Nothing("tax_providers");
        json.Raw("metadata", profile.Metadata);
    }

    /// <summary>The customer as it stands inside other things.</summary>
    public static void WriteBrief(Utf8JsonWriter json, AccountHead head) =>
        json.Object("customer", () => WriteNames(json, head));

    /// <summary>The customer as it stands on an invoice.</summary>
    public static void WriteForInvoice(Utf8JsonWriter json, AccountHead head)
    {
        WriteNames(json, head);
        Write(json, "address", head.Customer.BillingAddress);
    }

    private static void WriteNames(Utf8JsonWriter json, AccountHead head)
    {
        json.Text("customer_name", head.Customer.Name);
        json.Text("email", head.Customer.Email);
        json.Text("customer_id", head.CustomerId);
    }

    private static void Write(Utf8JsonWriter json, string name, Address? address)
    {
        if (address is null)
        {
            json.WriteNull(name);
            return;
        }
        json.Object(
            name,
            () =>
            {
                json.Text("line1", address.Line1);
                json.Text("line2", address.Line2);
                json.Text("city", address.City);
                json.Text("state", address.State);
                json.Text("postal_code", address.PostalCode);
                json.Text("country", address.Country);
            }
        );
    }
}
