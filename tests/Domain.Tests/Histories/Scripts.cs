using Drawdown.Domain.Money;
using FsCheck;
using FsCheck.Fluent;

namespace Drawdown.Domain.Tests.Histories;

/// <summary>Random histories. Days, currencies and ratios are few, so that ties are common.</summary>
internal static class Scripts
{
    private static readonly Gen<string> Currency = Gen.Elements("USD", "USD", "USD", "EUR");

    private static readonly Gen<int> Any = Gen.Choose(0, 99);

    // Whole numbers, cents, ten decimals, and both ends of what a request may state.
    private static readonly Gen<decimal> Amount = Gen.Frequency(
        (4, Gen.Choose(1, 20).Select(units => (decimal)units)),
        (2, Gen.Choose(1, 100_000).Select(cents => cents / 100m)),
        (3, TenDecimals()),
        (1, Gen.Elements(Given.Smallest, ExactDecimal.Largest))
    );

    private static readonly Gen<int?> Expiry = Gen.Frequency(
        (3, Gen.Constant<int?>(null)),
        (9, Gen.Choose(1, 6).Select(days => (int?)days)),
        (1, Gen.Choose(-1, 0).Select(days => (int?)days))
    );

    private static readonly Gen<Step> Step = Gen.Frequency(
        (10, Grant()),
        (1, GrantMany()),
        (12, DrawDown()),
        (5, Any.Select(n => (Step)new Step.Reverse(n))),
        (2, Any.Select(n => (Step)new Step.Void(n))),
        (4, Any.SelectMany(n => Expiry.Select(days => (Step)new Step.ChangeExpiry(n, days)))),
        (4, Gen.Choose(1, 3 * 24 * 60).Select(minutes => (Step)new Step.Wait(TimeSpan.FromMinutes(minutes)))),
        (5, Any.SelectMany(n => Gen.Choose(-1, 1).Select(ms => (Step)new Step.WaitForBoundary(n, ms)))),
        (3, Gen.Constant<Step>(new Step.Sweep()))
    );

    /// <summary>Up to 40 steps; a counterexample loses every step that it does not need.</summary>
    public static Arbitrary<Script> All { get; } = Arb.From(Generated(), Shorter);

    private static Gen<Script> Generated() =>
        from first in Grant()
        from length in Gen.Choose(0, 40)
        from steps in Gen.ArrayOf(Step, length)
        select new Script([first, .. steps]);

    private static IEnumerable<Script> Shorter(Script script)
    {
        for (var cut = script.Steps.Length; cut > 0; cut /= 2)
        for (var start = 0; start + cut <= script.Steps.Length; start += cut)
            yield return new Script(script.Steps.RemoveRange(start, cut));
    }

    private static Gen<decimal> TenDecimals() =>
        from thousands in Gen.Choose(0, 99_999)
        from units in Gen.Choose(0, 99_999)
        from high in Gen.Choose(0, 99_999)
        from low in Gen.Choose(1, 99_999)
        select thousands * 100_000m + units + (high * 100_000m + low) * Given.Smallest;

    private static Gen<Step> Grant() =>
        from currency in Currency
        from amount in Gen.OneOf(
            Amount.Select(amount => (amount, 0m)),
            Amount.Zip(Amount, (a, paid) => (a, paid)),
            Ratio()
        )
        from effective in Gen.Frequency(
            (6, Gen.Constant<int?>(null)),
            (3, Gen.Choose(1, 4).Select(days => (int?)days)),
            (1, Gen.Choose(-3, 0).Select(days => (int?)days))
        )
        from expires in Expiry
        select (Step)new Step.Grant(currency, amount.Item1, amount.Item2, effective, expires);

    // Few ratios of many amounts: 1/3 and 2/6 are one cost basis.
    private static Gen<(decimal, decimal)> Ratio() =>
        from unit in Gen.Elements(1m, 0.01m, Given.Smallest, 333_333_333.3333333333m)
        from amount in Gen.Choose(1, 6)
        from paid in Gen.Choose(1, 6)
        select (amount * unit, paid * unit);

    private static Gen<Step> GrantMany() =>
        from currency in Currency
        from amount in Gen.Elements(1m, 0.01m, Given.Smallest)
        from count in Gen.Choose(30, 60)
        from expires in Expiry
        select (Step)new Step.GrantMany(currency, amount, count, expires);

    private static Gen<Step> DrawDown() =>
        from currency in Currency
        from quantity in Gen.Frequency(
            (2, Amount.Select(amount => (Quantity)new Quantity.Exactly(amount))),
            (1, Gen.Constant<Quantity>(new Quantity.All())),
            (1, Gen.Constant<Quantity>(new Quantity.TooMuch())),
            (6, Gen.Choose(1, 99).Select(percent => (Quantity)new Quantity.Part(percent))),
            (3, Gen.Choose(1, 5).Select(count => (Quantity)new Quantity.FirstCredits(count)))
        )
        from credit in Gen.Frequency((5, Gen.Constant<int?>(null)), (1, Any.Select(n => (int?)n)))
        select (Step)new Step.DrawDown(currency, quantity, credit);
}
