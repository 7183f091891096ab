using Drawdown.Domain.Subscriptions;
using Drawdown.Domain.Tests.Rating;
using FsCheck;
using FsCheck.Fluent;

namespace Drawdown.Domain.Tests.Subscriptions;

/// <summary>Random scripts. Several changes at one instant are common, and so are changes at the very end of a period.</summary>
internal static class PrepaidScripts
{
    private static readonly Gen<PrepaidStep> Step =
        from minutes in Gen.Frequency(
            (3, Gen.Constant(0)),
            (5, Gen.Choose(1, 10 * 24 * 60)),
            (1, Gen.Choose(1, 200 * 24 * 60))
        )
        from boundary in Gen.Frequency(
            (6, Gen.Constant<int?>(null)),
            (1, Gen.Elements(-1, 0, 1).Select(ticks => (int?)ticks))
        )
        from quarters in Prices.Quarters
        from invoiceNow in Gen.Elements(true, false)
        from deliver in Gen.Elements(true, false, false)
        select new PrepaidStep(TimeSpan.FromMinutes(minutes), boundary, quarters, invoiceNow, deliver);

    public static Arbitrary<PrepaidScript> All { get; } =
        Arb.From(
            from price in Prices.All
            from behavior in Gen.Elements(ChargeBehavior.Full, ChargeBehavior.Prorate, ChargeBehavior.Prorate)
            from currency in Gen.Elements("JPY", "USD", "KWD")
            from duration in Gen.Elements(
                PlanDuration.Monthly,
                PlanDuration.Monthly,
                PlanDuration.Quarterly,
                PlanDuration.Yearly
            )
            from minute in Gen.Choose(0, 3 * 365 * 24 * 60)
            from days in Gen.Frequency(
                (2, Gen.Constant<int?>(null)),
                (1, Gen.Choose(1, 120).Select(days => (int?)days))
            )
            from autoRenew in Gen.Elements(true, true, false)
            from initial in Prices.Quarters
            from count in Gen.Choose(0, 20)
            from steps in Gen.ArrayOf(Step, count)
            select new PrepaidScript(
                price,
                behavior,
                currency,
                duration,
                Given.Utc(2027, 1, 1).AddMinutes(minute),
                days,
                autoRenew,
                initial,
                [.. steps]
            ),
            Shorter
        );

    private static IEnumerable<PrepaidScript> Shorter(PrepaidScript script)
    {
        for (var cut = script.Steps.Length; cut > 0; cut /= 2)
        for (var start = 0; start + cut <= script.Steps.Length; start += cut)
            yield return script with
            {
                Steps = script.Steps.RemoveRange(start, cut),
            };
    }
}
