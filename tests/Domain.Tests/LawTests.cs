using FsCheck.Fluent;

namespace Drawdown.Domain.Tests;

public sealed class LawTests
{
    [Fact]
    public void A_broken_law_fails_with_its_smallest_case_and_the_seed_that_replays_it()
    {
        var numbers = Arb.From(Gen.Choose(0, 1000), n => Enumerable.Range(n - 1, n > 0 ? 1 : 0));

        var failure = Assert.Throws<Xunit.Sdk.XunitException>(() =>
            Law.HoldsFor(numbers, n => Assert.True(n < 500), seed: 42)
        );

        Assert.Contains("DRAWDOWN_SEED=42", failure.Message, StringComparison.Ordinal);
        Assert.Contains("500", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_seed_tries_the_same_cases_again()
    {
        List<int> Tried(ulong seed)
        {
            var tried = new List<int>();
            Law.HoldsFor(Gen.Choose(0, int.MaxValue - 1), tried.Add, count: 20, seed);
            return tried;
        }

        Assert.Equal(20, Tried(7).Count);
        Assert.Equal(Tried(7), Tried(7));
        Assert.NotEqual(Tried(7), Tried(8));
    }
}
