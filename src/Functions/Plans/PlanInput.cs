using System.Collections.Immutable;
using Drawdown.Domain;
using Drawdown.Domain.Catalog;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Rating;
using Drawdown.Domain.Subscriptions;
using Drawdown.Functions.Api;

namespace Drawdown.Functions.Plans;

/// <summary>Reads what a caller says about a plan.</summary>
public static class PlanInput
{
    // A subscription holds a copy of its plan's version in one row.
    private const int MaxComponents = 20;
    private const int MaxTiers = 50;
    private const int MaxRecurringCharges = 20;

    /// <summary>The plan.</summary>
    public static PlanDraft Draft(Fields body)
    {
        var name = body.RequiredText("plan_name", TextRules.NameLength);
        var duration = body.RequiredChoice("plan_duration", PlanDurationNames.Names);
        var description = body.OptionalText("plan_description", TextRules.DescriptionLength);
        var draft = new PlanDraft(name, description, duration, "", [], []);
        return body.RequiredObject("initial_version", version => Version(version, draft)) ?? draft;
    }

    private static PlanDraft Version(Fields version, PlanDraft draft)
    {
        var components = version.OptionalObjects("components", MaxComponents, Component);
        foreach (
            var twice in components
                .Where(component => component.Metric != default)
                .GroupBy(component => component.Metric)
                .Where(group => group.Count() > 1)
        )
            version.Fault(FaultCode.Invalid, $"The metric {twice.Key} is priced twice.", "components");
        return draft with
        {
            Currency = version.RequiredCurrency("currency_code"),
            Components = components,
            RecurringCharges = version.OptionalObjects("recurring_charges", MaxRecurringCharges, Recurring),
        };
    }

    private static RecurringCharge Recurring(Fields charge) =>
        new(
            charge.RequiredText("name", TextRules.NameLength),
            charge.RequiredAmount("amount", minimum: 0m),
            charge.OptionalChoice("charge_timing", ChargeTimingNames.Names) ?? ChargeTiming.InAdvance,
            charge.OptionalChoice("charge_behavior", ChargeBehaviorNames.Names) ?? ChargeBehavior.Prorate
        );

    private static ComponentDraft Component(Fields component)
    {
        var metric = component.RequiredId<MetricId>("metric_id");
        var tiers = component.RequiredObjects("tiers", MaxTiers, Tier);
        CheckRanges(component, tiers);
        return new(
            metric,
            new(tiers, component.OptionalFlag("bulk_pricing_enabled") ?? false),
            component.OptionalObject("prepaid_charge", prepaid => Prepaid(prepaid, tiers))
        );
    }

    private static PrepaidCharge Prepaid(Fields prepaid, ImmutableArray<Tier> tiers)
    {
        var units = prepaid.OptionalAmount("units", minimum: 0m);
        if (tiers is [.., { RangeEnd: { } end }] && units > end)
            prepaid.Fault(FaultCode.MaxValue, "The tiers do not reach that many units.", "units");
        return new(units, prepaid.OptionalChoice("charge_behavior", ChargeBehaviorNames.Names) ?? ChargeBehavior.Full);
    }

    private static Tier Tier(Fields tier)
    {
        var type = tier.RequiredChoice("type", TierTypeNames.Names);
        var start = tier.RequiredAmount("range_start", minimum: 0m);
        var end = tier.OptionalAmount("range_end", minimum: 0m);
        var cost =
            type is TierType.Free
                ? tier.OptionalAmount("cost_per_batch", minimum: 0m)
                : tier.RequiredAmount("cost_per_batch", minimum: 0m);
        var batch = tier.OptionalAmount("metric_units_per_batch", minimum: 0m);
        var rounding = tier.OptionalChoice("batch_rounding_type", BatchRoundingNames.Names) ?? BatchRounding.NoRounding;
        if (batch == 0m)
            tier.Fault(FaultCode.MinValue, "A batch has more than 0 units.", "metric_units_per_batch");
        if (end <= start)
            tier.Fault(FaultCode.Invalid, "A tier ends after it starts.", "range_end");
        return new(type, start, end, type is TierType.Free ? 0m : cost ?? 0m, batch ?? 1m, rounding);
    }

    private static void CheckRanges(Fields component, ImmutableArray<Tier> tiers)
    {
        for (var index = 0; index < tiers.Length; index++)
        {
            var begins = index == 0 ? 0m : tiers[index - 1].RangeEnd;
            if (begins is null)
                component.Fault(
                    FaultCode.Invalid,
                    "Only the last tier may be open-ended.",
                    $"tiers[{index - 1}].range_end"
                );
            else if (tiers[index].RangeStart != begins)
                component.Fault(
                    FaultCode.Invalid,
                    index == 0 ? "The first tier starts at 0." : "A tier starts where the one before ends.",
                    $"tiers[{index}].range_start"
                );
        }
    }
}
