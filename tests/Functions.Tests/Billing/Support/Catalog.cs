using System.Text.Json;
using Drawdown.Functions.Tests.Support;

namespace Drawdown.Functions.Tests.Billing.Support;

/// <summary>Short ways to the catalog and to subscriptions, for tests that are about something else.</summary>
public static class Catalog
{
    /// <summary>WIRE's worked example: 10 free, then $1 each; 15 of them are $5.00.</summary>
    public static readonly object[] TenFree =
    [
        new
        {
            type = "free",
            range_start = 0,
            range_end = 10,
        },
        new
        {
            type = "per_unit",
            range_start = 10,
            cost_per_batch = 1,
            metric_units_per_batch = 1,
        },
    ];

    /// <summary>Each unit at a price.</summary>
    public static object[] Each(decimal price) =>
        [
            new
            {
                type = "per_unit",
                range_start = 0,
                cost_per_batch = price,
            },
        ];

    /// <summary>Creates a metric and returns its id.</summary>
    public static async Task<string> NewMetric(this ApiClient api, string name = "Seats")
    {
        var metric = await api.Post("/api/metrics/", new { metric_name = name, event_name = "seat_taken" }).Is(201);
        return metric.Text("metric_id")!;
    }

    /// <summary>Creates a plan with one prepaid component and returns its id.</summary>
    public static async Task<string> NewPlan(
        this ApiClient api,
        string metric,
        object[]? tiers = null,
        decimal? units = 15m,
        string behavior = "full",
        string duration = "monthly",
        string currency = "USD",
        object[]? recurring = null
    )
    {
        var plan = await api.Post(
                "/api/plans/",
                new
                {
                    plan_name = "Team",
                    plan_duration = duration,
                    initial_version = new
                    {
                        currency_code = currency,
                        components = new[]
                        {
                            new
                            {
                                metric_id = metric,
                                tiers = tiers ?? TenFree,
                                prepaid_charge = new { units, charge_behavior = behavior },
                            },
                        },
                        recurring_charges = recurring ?? [],
                    },
                }
            )
            .Is(201);
        return plan.Text("plan_id")!;
    }

    /// <summary>A fixed amount per period.</summary>
    public static object Recurring(
        string name,
        decimal amount,
        string timing = "in_advance",
        string behavior = "full"
    ) =>
        new
        {
            name,
            amount,
            charge_timing = timing,
            charge_behavior = behavior,
        };

    /// <summary>Asks for a subscription.</summary>
    public static Task<Answer> Subscribe(
        this ApiClient api,
        string customer,
        string plan,
        DateTimeOffset start,
        DateTimeOffset? end = null,
        bool autoRenew = true,
        object[]? units = null,
        object[]? filters = null,
        params (string Name, string Value)[] headers
    ) =>
        api.Post(
            "/api/subscriptions/",
            new
            {
                customer_id = customer,
                plan_id = plan,
                start_date = start,
                end_date = end,
                auto_renew = autoRenew,
                component_fixed_charges_initial_units = units,
                subscription_filters = filters,
            },
            headers
        );

    /// <summary>Where a subscription's prepaid units are changed.</summary>
    public static string UnitsPath(string subscription, string metric) =>
        $"/api/subscriptions/{subscription}/components/{metric}/change_prepaid_units/";

    /// <summary>The customer's invoices, oldest first.</summary>
    public static async Task<List<JsonElement>> Invoices(this ApiClient api, string customer)
    {
        var invoices = await api.All($"/api/invoices/?customer_id={Uri.EscapeDataString(customer)}");
        invoices.Reverse();
        return invoices;
    }
}
