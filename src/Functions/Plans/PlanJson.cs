using System.Text.Json;
using Drawdown.Domain.Catalog;
using Drawdown.Domain.Rating;
using Drawdown.Domain.Subscriptions;
using Drawdown.Functions.Api;
using Drawdown.Functions.Customers;
using Drawdown.Functions.Metrics;

namespace Drawdown.Functions.Plans;

/// <summary>A plan as Lotus shows it.</summary>
public static class PlanJson
{
    /// <summary>The fields of a plan.</summary>
    /// <param name="subscriptions">How many subscriptions to it are active.</param>
    public static void Write(Utf8JsonWriter json, Plan plan, int subscriptions)
    {
        json.Text("plan_id", plan.Id.ToString());
        json.Text("plan_name", plan.Name);
        json.Text("plan_duration", PlanDurationNames.Names.Of(plan.Duration));
        json.Text("plan_description", plan.Description);
        json.Nothing("external_links");
        json.WriteNumber("num_versions", 1);
        json.WriteNumber("active_version", Plan.Version);
        json.WriteNumber("active_subscriptions", subscriptions);
        json.Nothing("tags");
        json.Objects("versions", [plan], version => WriteVersion(json, version));
        json.WriteNull("parent_plan");
        json.WriteNull("target_customer");
        json.Object("display_version", () => WriteVersion(json, plan));
        json.Text("status", "active");
    }

    private static void WriteVersion(Utf8JsonWriter json, Plan plan)
    {
        json.Text("version_id", plan.VersionId.ToString());
        json.Objects("recurring_charges", plan.RecurringCharges, charge => Write(json, charge, plan.Currency));
        json.Objects("components", plan.Components, component => Write(json, component, plan.Currency));
        json.Nothing("features");
        json.WriteNull("price_adjustment");
        json.WriteNumber("version", Plan.Version);
        json.Text("status", "active");
        json.Text("plan_name", plan.Name);
        CurrencyJson.Write(json, "currency", plan.Currency);
        json.Instant("active_from", plan.CreatedAt);
        json.WriteNull("active_to");
        json.WriteNull("localized_name");
        json.Nothing("target_customers");
        json.Instant("created_on", plan.CreatedAt);
        json.Text("usage_billing_frequency", PlanDurationNames.Names.Of(plan.Duration));
        json.Text("flat_fee_billing_type", FlatFeeBilling(plan));
        json.Money("flat_rate", plan.RecurringCharges.Sum(charge => charge.Amount));
        json.Text("description", plan.Description);
    }

    private static string FlatFeeBilling(Plan plan) =>
        ChargeTimingNames.Names.Of(plan.RecurringCharges.FirstOrDefault()?.Timing ?? ChargeTiming.InAdvance);

    private static void Write(Utf8JsonWriter json, RecurringCharge charge, string currency)
    {
        json.Text("name", charge.Name);
        json.Text("charge_timing", ChargeTimingNames.Names.Of(charge.Timing));
        json.Text("charge_behavior", ChargeBehaviorNames.Names.Of(charge.Behavior));
        json.Money("amount", charge.Amount);
        CurrencyJson.Write(json, "pricing_unit", currency);
    }

    private static void Write(Utf8JsonWriter json, PlanComponent component, string currency)
    {
        json.Object("billable_metric", () => MetricJson.Write(json, component.Metric));
        json.Objects("tiers", component.Price.Tiers, tier => Write(json, tier));
        json.WriteBoolean("bulk_pricing_enabled", component.Price.Bulk);
        CurrencyJson.Write(json, "pricing_unit", currency);
        json.WriteNull("invoicing_interval_unit");
        json.WriteNull("invoicing_interval_count");
        json.WriteNull("reset_interval_unit");
        json.WriteNull("reset_interval_count");
        if (component.Prepaid is not { } prepaid)
        {
            json.WriteNull("prepaid_charge");
            return;
        }
        json.Object(
            "prepaid_charge",
            () =>
            {
                json.Money("units", prepaid.Units);
                json.Text("charge_behavior", ChargeBehaviorNames.Names.Of(prepaid.Behavior));
            }
        );
    }

    private static void Write(Utf8JsonWriter json, Tier tier)
    {
        json.Text("type", TierTypeNames.Names.Of(tier.Type));
        json.Money("range_start", tier.RangeStart);
        json.Money("range_end", tier.RangeEnd);
        json.Money("cost_per_batch", tier.Type is TierType.Free ? null : tier.CostPerBatch);
        json.Money("metric_units_per_batch", tier.Type is TierType.PerUnit ? tier.UnitsPerBatch : null);
        json.Text(
            "batch_rounding_type",
            tier.Type is TierType.PerUnit ? BatchRoundingNames.Names.Of(tier.Rounding) : null
        );
    }
}
