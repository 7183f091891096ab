using System.Globalization;
using System.Text.Json.Nodes;
using Drawdown.Oracle;

namespace Drawdown.Simulation;

/// <summary>Commands as requests to the Lotus side of the API.</summary>
public static class LotusCalls
{
    /// <summary>The request of a command.</summary>
    public static HttpCall Of(Command command, string? key) =>
        command switch
        {
            CreateCustomer create => Post(
                "/api/customers/",
                key,
                ("customer_id", create.Customer),
                ("email", $"{create.Customer}@example.com"),
                ("default_currency_code", create.Currency),
                ("timezone", create.Timezone)
            ),
            GrantCredit grant => Post(
                "/api/credits/",
                key,
                ("customer_id", grant.Customer),
                ("amount", grant.Amount),
                ("currency_code", grant.Currency),
                ("description", grant.Description),
                ("effective_at", Text(grant.EffectiveAt)),
                ("expires_at", Text(grant.ExpiresAt)),
                ("amount_paid", grant.Paid == 0m ? null : grant.Paid),
                ("external_id", grant.ExternalId)
            ),
            UpdateCredit update => Post(
                $"/api/credits/{update.Credit}/update/",
                key,
                update.SetsDescription,
                update.SetsExpiry,
                ("description", update.Description),
                ("expires_at", Text(update.ExpiresAt))
            ),
            VoidCredit voiding => Post($"/api/credits/{voiding.Credit}/void/", key),
            Draw draw => Post(
                "/api/drawdowns/",
                key,
                ("customer_id", draw.Customer),
                ("amount", draw.Amount),
                ("currency_code", draw.Currency),
                ("credit_id", draw.Credit),
                ("description", draw.Description),
                ("external_id", draw.ExternalId)
            ),
            Reverse reverse => Post($"/api/drawdowns/{reverse.Drawdown}/reverse/", key, ("reason", reverse.Reason)),
            Subscribe subscribe => Post(
                "/api/subscriptions/",
                key,
                ("customer_id", subscribe.Customer),
                ("plan_id", subscribe.Plan.Id),
                ("start_date", Text(subscribe.Start)),
                ("end_date", Text(subscribe.End)),
                ("auto_renew", subscribe.AutoRenew),
                (
                    "component_fixed_charges_initial_units",
                    subscribe.Units is { } units
                        ? new JsonArray(new JsonObject { ["metric_id"] = subscribe.Plan.Metric, ["units"] = units })
                        : null
                )
            ),
            ChangeUnits change => Post(
                $"/api/subscriptions/{change.Subscription}/components/{change.Metric}/change_prepaid_units/",
                key,
                ("units", change.Units),
                ("invoice_now", change.InvoiceNow)
            ),
            PayInvoice pay => Post(
                $"/api/invoices/{pay.Invoice}/",
                key,
                ("payment_status", pay.Paid ? "paid" : "unpaid")
            ) with
            {
                Method = "PATCH",
            },
            RetryCharge retry => Post($"/api/charges/{retry.Charge}/retry/", key),
            GetSubscription get => Get($"/api/subscriptions/{get.Subscription}/"),
            ListInvoices list => Get("/api/invoices/", ("customer_id", list.Customer)),
            ListCharges list => Get("/api/charges/", ("customer_id", list.Customer)),
            GetCredit get => Get($"/api/credits/{get.Credit}/"),
            ListCredits list => Get(
                "/api/credits/",
                ("customer_id", list.Customer),
                ("currency_code", list.Currency),
                ("status", list.Status)
            ),
            GetBalance balance => Get(
                $"/api/customers/{balance.Customer}/balance/",
                ("at", Text(balance.At)),
                ("currency_code", balance.Currency)
            ),
            GetLedger ledger => Get($"/api/customers/{ledger.Customer}/ledger/"),
            VerifyLedger verify => Get($"/api/customers/{verify.Customer}/ledger/verify/"),
            _ => throw new ArgumentOutOfRangeException(nameof(command), command, "Not a command of this side."),
        };

    /// <summary>The request that makes the metric of all plans.</summary>
    public static HttpCall Metric(string name) =>
        Post("/api/metrics/", null, ("metric_name", name), ("event_name", "used"));

    /// <summary>The request that makes a plan.</summary>
    public static HttpCall PlanOf(Plan plan)
    {
        var tiers = plan.Tiers.Select(tier =>
            (JsonNode)
                new JsonObject
                {
                    ["type"] = tier.Cost == 0m ? "free" : "per_unit",
                    ["range_start"] = tier.From,
                    ["range_end"] = tier.To,
                    ["cost_per_batch"] = tier.Cost,
                    ["metric_units_per_batch"] = tier.Batch,
                    ["batch_rounding_type"] = tier.Batch == 1 ? "no_rounding" : "round_up",
                }
        );
        var recurring = plan.Recurring.Select(fee =>
            (JsonNode)
                new JsonObject
                {
                    ["name"] = fee.Name,
                    ["amount"] = fee.Amount,
                    ["charge_timing"] = fee.InAdvance ? "in_advance" : "in_arrears",
                    ["charge_behavior"] = fee.Prorate ? "prorate" : "full",
                }
        );
        return Post(
            "/api/plans/",
            null,
            ("plan_name", "Team"),
            (
                "plan_duration",
                plan.Months switch
                {
                    1 => "monthly",
                    3 => "quarterly",
                    _ => "yearly",
                }
            ),
            (
                "initial_version",
                new JsonObject
                {
                    ["currency_code"] = "USD",
                    ["components"] = new JsonArray(
                        new JsonObject
                        {
                            ["metric_id"] = plan.Metric,
                            ["tiers"] = new JsonArray([.. tiers]),
                            ["bulk_pricing_enabled"] = plan.Bulk,
                            ["prepaid_charge"] = new JsonObject
                            {
                                ["units"] = plan.Units,
                                ["charge_behavior"] = plan.Prorate ? "prorate" : "full",
                            },
                        }
                    ),
                    ["recurring_charges"] = new JsonArray([.. recurring]),
                }
            )
        );
    }

    private static HttpCall Get(string path, params ReadOnlySpan<(string Name, string? Value)> query)
    {
        var separator = '?';
        foreach (var (name, value) in query)
            if (value is not null)
            {
                path += $"{separator}{name}={Uri.EscapeDataString(value)}";
                separator = '&';
            }
        return new("GET", path, null, null);
    }

    private static HttpCall Post(string path, string? key, params ReadOnlySpan<(string Name, object? Value)> fields)
    {
        var body = new JsonObject();
        foreach (var (name, value) in fields)
            if (value is not null)
                body[name] = Json(value);
        return new("POST", path, body.ToJsonString(), key);
    }

    private static HttpCall Post(
        string path,
        string? key,
        bool first,
        bool second,
        (string Name, object? Value) one,
        (string Name, object? Value) other
    )
    {
        var body = new JsonObject();
        if (first)
            body[one.Name] = Json(one.Value);
        if (second)
            body[other.Name] = Json(other.Value);
        return new("POST", path, body.ToJsonString(), key);
    }

    private static JsonNode? Json(object? value) =>
        value switch
        {
            null => null,
            string text => text,
            decimal amount => amount,
            bool flag => flag,
            JsonNode node => node,
            _ => throw new ArgumentOutOfRangeException(nameof(value), value, "Not a field's value."),
        };

    /// <summary>An instant as it is sent.</summary>
    public static string? Text(DateTimeOffset? instant) =>
        instant?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
