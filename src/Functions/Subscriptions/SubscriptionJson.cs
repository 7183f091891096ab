using System.Text.Json;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.Catalog;
using Drawdown.Domain.Subscriptions;
using Drawdown.Functions.Api;
using Drawdown.Functions.Customers;
using Drawdown.Storage.Idempotency;

namespace Drawdown.Functions.Subscriptions;

/// <summary>A subscription as Lotus shows it.</summary>
public static class SubscriptionJson
{
    /// <summary>The answer that shows one subscription.</summary>
    public static StoredAnswer Show(AccountHead head, Subscription subscription) =>
        Answers.Ok(json => Write(json, head, subscription));

    /// <summary>The fields of a subscription.</summary>
    public static void Write(Utf8JsonWriter json, AccountHead head, Subscription subscription)
    {
        json.Text("subscription_id", subscription.Id.ToString());
        json.Instant("start_date", subscription.Anchor.Start);
        json.Instant("end_date", subscription.CurrentEnd);
        json.WriteBoolean("auto_renew", subscription.AutoRenew);
        json.WriteBoolean("is_new", subscription.IsNew && subscription.Period is not { Index: > 0 });
        json.Objects(
            "subscription_filters",
            subscription.Filters,
            filter =>
            {
                json.Text("property_name", filter.Property);
                json.Text("value", filter.Value);
            }
        );
        CustomerJson.WriteBrief(json, head);
        json.Object("billing_plan", () => WritePlan(json, subscription));
        json.WriteBoolean("fully_billed", subscription is { Closed: true, Waiting.IsEmpty: true });
        json.Nothing("addons");
        json.Raw("metadata", subscription.Metadata);
        json.Objects(
            "components",
            subscription.Prepaid,
            component =>
            {
                json.Text("metric_id", component.Metric.ToString());
                json.Money("units", component.Units);
                json.Text("charge_behavior", ChargeBehaviorNames.Names.Of(component.Behavior));
            }
        );
    }

    private static void WritePlan(Utf8JsonWriter json, Subscription subscription)
    {
        json.Text("plan_name", subscription.PlanName);
        json.Text("plan_id", subscription.Plan.ToString());
        json.Text("version_id", subscription.PlanVersion.ToString());
        json.WriteNumber("version", Plan.Version);
    }
}
