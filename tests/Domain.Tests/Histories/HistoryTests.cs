using System.Text.RegularExpressions;
using FsCheck.Fluent;

namespace Drawdown.Domain.Tests.Histories;

/// <summary>The laws of the ledger, tried on random histories.</summary>
public sealed class HistoryTests
{
    [Fact]
    public void After_every_step_the_laws_hold_and_every_answer_is_the_naive_ledgers() =>
        Law.HoldsFor(Scripts.All, script => History.Play(script, afterStep: history => history.AssertLaws()));

    [Fact]
    public void The_laws_hold_as_of_every_instant_past_and_future() =>
        Law.HoldsFor(Scripts.All, script => History.Play(script).AssertLawsAsOfEveryInstant());

    [Fact]
    public void What_happens_later_changes_no_answer_about_the_past() =>
        Law.HoldsFor(Scripts.All, script => History.Play(script).AssertPastUnchanged());

    [Fact]
    public void Whether_the_sweep_runs_always_sometimes_or_never_changes_no_answer() =>
        Law.HoldsFor(
            Scripts.All,
            script =>
            {
                var sometimes = History.Play(script, Sweeping.AsWritten);
                var never = History.Play(script, Sweeping.Never);
                var always = History.Play(script, Sweeping.Always);

                AssertSameAnswers(sometimes, never);
                AssertSameAnswers(sometimes, always);
            }
        );

    [Fact]
    public void One_sweep_at_the_end_leaves_what_many_sweeps_leave() =>
        Law.HoldsFor(
            Scripts.All,
            script =>
            {
                var never = History.Play(script, Sweeping.Never);
                var always = History.Play(script, Sweeping.Always);

                never.Account.PostLapsed();

                Assert.Equal(Totals(always.Account), Totals(never.Account));
                Assert.All(never.Instants, at => Assert.Equal(always.BalancesAsOf(at), never.BalancesAsOf(at)));
            }
        );

    [Fact]
    public void A_drawdown_that_is_taken_back_at_once_leaves_no_trace_in_any_later_answer()
    {
        var cases =
            from script in Scripts.All.Generator
            from after in Gen.Choose(0, script.Steps.Length - 1)
            from currency in Gen.Elements("USD", "USD", "EUR")
            from percent in Gen.Choose(1, 100)
            select (script, after, currency, percent);

        Law.HoldsFor(
            cases,
            c =>
            {
                var without = History.Play(c.script);
                var step = 0;

                var with = History.Play(
                    c.script,
                    afterStep: history =>
                    {
                        if (step++ == c.after)
                            history.DrawAndUndo(c.currency, c.percent);
                    }
                );

                Assert.Equal(without.Answers, with.Answers);
                with.AssertLaws();
                with.AssertLawsAsOfEveryInstant();
            }
        );
    }

    /// <summary>Laws that are never tried on the hard cases hold for nothing.</summary>
    [Theory]
    [InlineData("Grant: granted", 500)]
    [InlineData("Grant: refused: invalid", 100)]
    [InlineData("DrawDown: drew ", 300)]
    [InlineData("DrawDown: refused: invalid", 20)]
    [InlineData(" available", 100)]
    [InlineData(" at once", 5)]
    [InlineData("Reverse: reversed ", 100)]
    [InlineData("Reverse: unchanged", 50)]
    [InlineData(", lapsed 0", 50)]
    [InlineData(", lapsed [1-9]", 20)]
    [InlineData("Void: voided", 50)]
    [InlineData("Void: unchanged", 50)]
    [InlineData("ChangeExpiry: updated", 100)]
    [InlineData("ChangeExpiry: unchanged", 20)]
    [InlineData("ChangeExpiry: refused: invalid", 20)]
    [InlineData("ChangeExpiry: refused: not active", 50)]
    [InlineData(@"drew (\d+ of \w+ \+ ){3}", 20)]
    [InlineData(@"drew (\d+ of \w+ \+ ){20}", 5)]
    public void The_histories_reach_every_kind_of_answer(string kind, int times)
    {
        Assert.SkipUnless(Law.Cap is null, "So few histories do not reach everything.");
        var pattern = new Regex(kind, RegexOptions.NonBacktracking);
        var count = Sample.Value.Count(pattern.IsMatch);

        Assert.True(count >= times, $"'{kind}' is reached {count} times in {SampleSize} histories.");
    }

    private const int SampleSize = 300;

    private static readonly Lazy<List<string>> Sample = new(() =>
    {
        var answers = new List<string>();
        Law.HoldsFor(Scripts.All, script => answers.AddRange(History.Play(script).Answers), count: SampleSize, seed: 1);
        return answers;
    });

    private static void AssertSameAnswers(History one, History other)
    {
        Assert.Equal(one.Answers, other.Answers);
        Assert.Equal(one.Slices, other.Slices);
        Assert.All(one.Instants, at => Assert.Equal(one.BalancesAsOf(at), other.BalancesAsOf(at)));
    }

    private static IEnumerable<object> Totals(Account account) =>
        account.Credits.Select(credit =>
            (object)
                (
                    credit.Id,
                    credit.Remaining,
                    credit.Drawn,
                    credit.Reinstated,
                    credit.Expired,
                    credit.Voided,
                    credit.VoidedAt
                )
        );
}
