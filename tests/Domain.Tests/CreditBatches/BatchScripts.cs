using FsCheck;
using FsCheck.Fluent;

namespace Drawdown.Domain.Tests.CreditBatches;

/// <summary>Random histories of clients. Days and amounts are few, so that ties and empty batches are common.</summary>
internal static class BatchScripts
{
    private static readonly Gen<int> Any = Gen.Choose(0, 99);

    private static readonly Gen<Expiry> Expiry = Gen.Frequency(
        (4, Gen.Constant<Expiry>(new Expiry.Unsaid())),
        (2, Gen.Constant<Expiry>(new Expiry.Never())),
        (9, Gen.Choose(1, 6).Select(days => (Expiry)new Expiry.In(days))),
        (1, Gen.Choose(-1, 0).Select(days => (Expiry)new Expiry.In(days)))
    );

    private static readonly Gen<Portion> Portion = Gen.Frequency(
        (4, Gen.Choose(0, 100).Select(percent => new Portion(percent, 0))),
        (3, Gen.Constant(new Portion(100, 0))),
        (3, Gen.Choose(1, 3).Select(credits => new Portion(0, credits))),
        (2, Gen.Choose(1, 3).Select(credits => new Portion(100, credits)))
    );

    private static readonly Gen<BatchStep> Step = Gen.Frequency(
        (2, Open()),
        (9, Create()),
        (2, CreateMany()),
        (6, Update()),
        (2, Any.Select(n => (BatchStep)new BatchStep.Void(n))),
        (8, Any.SelectMany(n => Portion.Select(part => (BatchStep)new BatchStep.Allocate(n, part)))),
        (
            5,
            Any.SelectMany(n =>
                Gen.OneOf(Portion.Select(part => (Portion?)part), Gen.Constant<Portion?>(null))
                    .Select(part => (BatchStep)new BatchStep.Revoke(n, part))
            )
        ),
        (6, Any.SelectMany(n => Portion.Select(part => (BatchStep)new BatchStep.Redeem(n, part)))),
        (6, Any.SelectMany(n => Portion.Select(part => (BatchStep)new BatchStep.RedeemFromAccount(n, part)))),
        (3, Gen.Choose(1, 3 * 24 * 60).Select(minutes => (BatchStep)new BatchStep.Wait(TimeSpan.FromMinutes(minutes)))),
        (4, Any.SelectMany(n => Gen.Choose(-1, 1).Select(ms => (BatchStep)new BatchStep.WaitForExpiry(n, ms)))),
        (4, Gen.Constant<BatchStep>(new BatchStep.Sweep()))
    );

    // A request that was decided again, or an instance whose clock is behind: what it takes for now has passed.
    private static readonly Gen<BatchStep> Backwards = Gen.Choose(1, 2 * 24 * 60)
        .Select(minutes => (BatchStep)new BatchStep.Wait(TimeSpan.FromMinutes(-minutes)));

    /// <summary>Up to 40 steps; a counterexample loses every step that it does not need.</summary>
    public static Arbitrary<BatchScript> All { get; } = Arb.From(Of(Step), Shorter);

    /// <summary>The same with a clock that also goes backwards.</summary>
    public static Arbitrary<BatchScript> OnBadClocks { get; } =
        Arb.From(Of(Gen.Frequency((5, Step), (1, Backwards))), Shorter);

    private static Gen<BatchScript> Of(Gen<BatchStep> step) =>
        from account in Open()
        from first in Create()
        from length in Gen.Choose(0, 40)
        from steps in Gen.ArrayOf(step, length)
        select new BatchScript([account, first, .. steps]);

    private static IEnumerable<BatchScript> Shorter(BatchScript script)
    {
        for (var cut = script.Steps.Length; cut > 0; cut /= 2)
        for (var start = 0; start + cut <= script.Steps.Length; start += cut)
            yield return new BatchScript(script.Steps.RemoveRange(start, cut));
    }

    private static Gen<BatchStep> Open() =>
        from amount in Gen.Choose(0, 9)
        from days in Gen.OneOf(Gen.Constant<int?>(null), Gen.Choose(1, 4).Select(days => (int?)days))
        from minimum in Gen.Frequency((1, Gen.Constant<long?>(null)), (1, Gen.Choose(0, 9).Select(most => (long?)most)))
        select (BatchStep)new BatchStep.Open(amount, days, minimum);

    private static Gen<BatchStep> Create() =>
        from amount in Gen.Frequency(
            (6, Gen.Choose(0, 20).Select(credits => (long)credits)),
            (1, Gen.Constant(Domain.CreditBatches.BatchBalances.Largest))
        )
        from account in Gen.Frequency((1, Gen.Constant<int?>(null)), (4, Any.Select(n => (int?)n)))
        from expiry in Expiry
        select (BatchStep)new BatchStep.Create(amount, account, expiry);

    private static Gen<BatchStep> CreateMany() =>
        from account in Any
        from count in Gen.Choose(20, 30)
        from expiry in Expiry
        select (BatchStep)new BatchStep.CreateMany(account, count, expiry);

    private static Gen<BatchStep> Update() =>
        from batch in Any
        from name in Gen.Frequency((3, Gen.Constant<string?>(null)), (1, Gen.Elements<string?>("A", "B")))
        from expiry in Expiry
        from balance in Gen.OneOf(Gen.Constant<Portion?>(null), Portion.Select(part => (Portion?)part))
        select (BatchStep)new BatchStep.Update(batch, name, expiry, balance);
}
