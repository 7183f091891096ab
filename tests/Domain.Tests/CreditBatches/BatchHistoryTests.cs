using System.Text.RegularExpressions;
using Drawdown.Domain.CreditBatches;
using Drawdown.Domain.Tests.Histories;

namespace Drawdown.Domain.Tests.CreditBatches;

/// <summary>The laws of credit batches, tried on random histories.</summary>
public sealed class BatchHistoryTests
{
    private const int SampleSize = 300;

    private static readonly Lazy<List<string>> Sample = new(() =>
    {
        var answers = new List<string>();
        Law.HoldsFor(
            BatchScripts.All,
            script => answers.AddRange(BatchHistory.Play(script).Answers),
            count: SampleSize,
            seed: 1
        );
        return answers;
    });

    [Fact]
    public void After_every_step_the_laws_hold_and_every_answer_is_the_naive_clients() =>
        Law.HoldsFor(BatchScripts.All, script => BatchHistory.Play(script, afterStep: history => history.AssertLaws()));

    [Fact]
    public void Whether_the_timer_runs_always_sometimes_or_never_changes_no_answer() =>
        Law.HoldsFor(
            BatchScripts.All,
            script =>
            {
                var sometimes = BatchHistory.Play(script, Sweeping.AsWritten);
                var never = BatchHistory.Play(script, Sweeping.Never);
                var always = BatchHistory.Play(script, Sweeping.Always);

                Assert.Equal(never.Answers, sometimes.Answers);
                Assert.Equal(never.Answers, always.Answers);
            }
        );

    [Fact]
    public void One_run_of_the_timer_at_the_end_leaves_what_many_runs_leave() =>
        Law.HoldsFor(
            BatchScripts.All,
            script =>
            {
                var never = BatchHistory.Play(script, Sweeping.Never).Client;
                var always = BatchHistory.Play(script, Sweeping.Always).Client;

                never.PostExpired();

                Assert.Equal(always.Batches.Select(Stored), never.Batches.Select(Stored));
                Assert.Equal(always.Allocations, never.Allocations);
                Assert.Empty(never.Audit().Faults);
            }
        );

    [Fact]
    public void On_clocks_that_go_backwards_too_every_decision_keeps_the_laws() =>
        Law.HoldsFor(
            BatchScripts.OnBadClocks,
            script => BatchHistory.Play(script, isCompared: false, afterStep: history => history.AssertLaws())
        );

    /// <summary>Laws that are never tried on the hard cases hold for nothing.</summary>
    [Theory]
    [InlineData("Open: opened", 300)]
    [InlineData("Open: refused: below_minimum", 10)]
    [InlineData("Create: created", 500)]
    [InlineData("Create: refused: below_minimum_batch_amount$", 10)]
    [InlineData("Create: refused: invalid_expires_on", 30)]
    [InlineData("Create: refused: below_minimum_batch_amount, invalid_expires_on", 2)]
    [InlineData("Update: updated", 100)]
    [InlineData("Update: adjusted [1-9]", 40)]
    [InlineData("Update: adjusted -", 50)]
    [InlineData("Update: unchanged", 50)]
    [InlineData("Update: refused: not active", 50)]
    [InlineData("Update: refused: invalid_expires_on", 10)]
    [InlineData("Void: voided [1-9]", 30)]
    [InlineData("Void: voided 0", 5)]
    [InlineData("Void: unchanged", 30)]
    [InlineData("Allocate: allocated", 200)]
    [InlineData("Allocate: refused: not active", 100)]
    [InlineData("Allocate: refused: .* available", 50)]
    [InlineData("Revoke: returned [1-9]", 50)]
    [InlineData("Revoke: unchanged", 50)]
    [InlineData("Revoke: refused: .* available", 20)]
    [InlineData("Redeem: redeemed", 50)]
    [InlineData("Redeem: refused: .* available", 50)]
    [InlineData("RedeemFromAccount: drew ", 100)]
    [InlineData(@"RedeemFromAccount: drew (\d+ of \S+ \+ ){3}", 20)]
    [InlineData(@"RedeemFromAccount: drew (\d+ of \S+ \+ ){23}", 1)]
    [InlineData("RedeemFromAccount: refused: .* available", 50)]
    [InlineData("RedeemFromAccount: refused: .* at once", 2)]
    [InlineData("expired, .* [1-9][0-9]* lapsed", 200)]
    [InlineData("voided, .* [1-9][0-9]* lapsed", 100)]
    public void The_histories_reach_every_kind_of_answer(string kind, int times)
    {
        Assert.SkipUnless(Law.Cap is null, "So few histories do not reach everything.");
        var pattern = new Regex(kind, RegexOptions.NonBacktracking);
        var count = Sample.Value.Count(pattern.IsMatch);

        Assert.True(count >= times, $"'{kind}' is reached {count} times in {SampleSize} histories.");
    }

    // Without the numbers of its lines, which follow from the order of posting.
    private static object Stored(CreditBatch batch) => batch with { LastSeq = 0 };
}
