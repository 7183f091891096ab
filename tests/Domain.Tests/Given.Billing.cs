using System.Collections.Immutable;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.Catalog;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Invoicing;
using Drawdown.Domain.Rating;
using Drawdown.Domain.Subscriptions;

namespace Drawdown.Domain.Tests;

/// <summary>What most tests of billing begin with.</summary>
internal static partial class Given
{
    /// <summary>The beginning of a month of 30 days.</summary>
    public static readonly DateTimeOffset April = Utc(2026, 4, 1);

    public static Metric Seats => Metric(1, "Seats");

    /// <summary>The price of the worked example: 10 units free, then 1 each.</summary>
    public static PriceTiers TenFree => Tiers(Free(0m, 10m), PerUnit(10m, null, 1m));

    public static DateTimeOffset Utc(int year, int month, int day, int hour = 0, int minute = 0) =>
        new(year, month, day, hour, minute, 0, TimeSpan.Zero);

    public static AccountHead HeadWith(string currency = "USD", string timezone = "UTC") =>
        Head with
        {
            Profile = Head.Customer with { DefaultCurrency = currency, Timezone = timezone },
        };

    public static Metric Metric(int n, string name) =>
        new(new(RoutedHex.Mint(Head.Route, Now, n)), name, name, "count", null, Now);

    public static PriceTiers Tiers(params ImmutableArray<Tier> tiers) => new(tiers, false);

    public static PriceTiers BulkTiers(params ImmutableArray<Tier> tiers) => new(tiers, true);

    public static PriceTiers Each(decimal cost) => Tiers(PerUnit(0m, null, cost));

    public static Tier Free(decimal start, decimal? end) => new(TierType.Free, start, end, 0m, 1m, default);

    public static Tier Flat(decimal start, decimal? end, decimal cost) =>
        new(TierType.Flat, start, end, cost, 1m, default);

    public static Tier PerUnit(
        decimal start,
        decimal? end,
        decimal cost,
        decimal batch = 1m,
        BatchRounding rounding = BatchRounding.NoRounding
    ) => new(TierType.PerUnit, start, end, cost, batch, rounding);

    /// <summary>A component whose units are prepaid: seats at the worked example's price, unless said otherwise.</summary>
    public static PlanComponent Prepaid(
        decimal? units = 15m,
        ChargeBehavior behavior = ChargeBehavior.Full,
        PriceTiers? price = null,
        Metric? metric = null
    ) => new(metric ?? Seats, price ?? TenFree, new(units, behavior));

    public static RecurringCharge Recurring(
        string name,
        decimal amount,
        ChargeTiming timing = ChargeTiming.InAdvance,
        ChargeBehavior behavior = ChargeBehavior.Full
    ) => new(name, amount, timing, behavior);

    public static Plan Plan(params ImmutableArray<PlanComponent> components) => Plan(1, components);

    public static Plan Plan(int n, params ImmutableArray<PlanComponent> components) =>
        new(
            new(RoutedHex.Mint(Head.Route, Now, n)),
            new(RoutedHex.Mint(Head.Route, Now, n)),
            $"Plan {n}",
            null,
            PlanDuration.Monthly,
            "USD",
            components,
            [],
            Now
        );

    /// <summary>A subscription from the beginning of April that renews for ever, unless said otherwise.</summary>
    public static SubscriptionRequest Request(
        Plan plan,
        DateTimeOffset? start = null,
        DateTimeOffset? end = null,
        bool autoRenew = true,
        ImmutableArray<SubscriptionFilter>? filters = null,
        params ImmutableArray<InitialUnits> units
    ) => new(plan, start ?? April, end, autoRenew, true, filters ?? [], units, "{}");

    public static SubscriptionId SubscriptionId(int n = 1) => new(RoutedHex.Mint(Head.Route, Now, n));

    public static ChargeId ChargeId(int n = 1) => new(RoutedHex.Mint(Head.Route, Now, n));

    /// <summary>A queued charge over April.</summary>
    public static Charge Charge(int n = 1, params ImmutableArray<decimal> amounts) =>
        new(
            ChargeId(n),
            SubscriptionId(),
            "USD",
            [.. amounts.Select(amount => Line(amount))],
            [],
            ChargeStatus.Queued,
            null,
            null,
            Now
        );

    public static ChargeLine Line(decimal amount, string name = "Seats") =>
        new(name, April, April.AddMonths(1), 1m, BillingType.InAdvance, amount);
}
