using Drawdown.Domain.Credits;
using Drawdown.Domain.Ledger;

namespace Drawdown.Domain.Tests.Credits;

public sealed class ReverseDrawdownTests
{
    private readonly Account _account = new();

    [Fact]
    public void A_reversal_gives_every_slice_back_to_the_credit_that_it_was_taken_from()
    {
        var first = _account.Grant(50m, expiresAt: Given.Day(10));
        var second = _account.Grant(50m, expiresAt: Given.Day(20));
        var drawdown = _account.DrawDown(70m);
        _account.Now = Given.Day(1);

        var reversal = _account.Reverse(drawdown.Id, "Wrong customer").Drawdown.Reversal!;

        Assert.Equal([new Slice(first, 3, 50m, 50m), new Slice(second, 3, 20m, 50m)], reversal.Slices);
        Assert.Equal((Given.Day(1), "Wrong customer", 0m), (reversal.At, reversal.Reason, reversal.Lapsed));
        Assert.Equal((50m, 50m), (_account[first].Remaining, _account[second].Remaining));
        Assert.Equal((0m, 0m), (_account.Standing(first).Drawn, _account.Standing(second).Drawn));
        Assert.Equal((50m, 50m), (_account[first].Drawn, _account[first].Reinstated));
    }

    [Fact]
    public void A_reversal_is_one_entry_of_each_credit_that_names_the_drawdown()
    {
        _account.Grant(50m, expiresAt: Given.Day(10));
        _account.Grant(50m);
        var drawdown = _account.DrawDown(70m);
        _account.Now = Given.Day(1);

        var decided = _account.Reverse(drawdown.Id, "Wrong customer");

        Assert.Equal([50m, 20m], decided.Change!.Entries.Select(entry => entry.Amount));
        Assert.All(
            decided.Change.Entries,
            entry =>
            {
                Assert.Equal(EntryType.Reinstate, entry.Type);
                Assert.Equal(drawdown.Id, entry.Drawdown);
                Assert.Equal("Wrong customer", entry.Reason);
                Assert.Equal((Given.Day(1), Given.Day(1)), (entry.EffectiveAt, entry.RecordedAt));
            }
        );
        Assert.Equal(
            decided.Change.Entries.Select(entry => entry.Id),
            decided.Drawdown.Reversal!.Slices.Select(slice => slice.Entry)
        );
    }

    [Fact]
    public void A_reversal_keeps_the_drawdown_as_it_was_drawn()
    {
        _account.Grant(50m);
        var drawdown = _account.DrawDown(30m);

        var reversed = _account.Reverse(drawdown.Id).Drawdown;

        Assert.Equal(drawdown, reversed with { Reversal = null });
        Assert.Equal(reversed, _account[drawdown.Id]);
    }

    [Fact]
    public void A_reversal_says_what_can_be_spent_after_it()
    {
        _account.Grant(50m);
        _account.Grant(50m, "EUR");
        _account.Grant(50m, effectiveAt: Given.Day(5));
        var drawdown = _account.DrawDown(30m);

        Assert.Equal(50m, _account.Reverse(drawdown.Id).Spendable);
    }

    [Fact]
    public void A_drawdown_that_was_reversed_stays_as_it_is()
    {
        _account.Grant(50m);
        var drawdown = _account.DrawDown(30m);
        var first = _account.Reverse(drawdown.Id, "Once");
        var head = _account.Head;
        _account.DrawDown(10m);
        _account.Now = Given.Day(1);

        var second = _account.Reverse(drawdown.Id, "Twice");

        Assert.Null(second.Change);
        Assert.Equal(first.Drawdown, second.Drawdown);
        Assert.Equal(40m, second.Spendable);
        Assert.Equal(head.LastSeq + 1, _account.Head.LastSeq);
    }

    [Fact]
    public void What_goes_back_into_an_expired_credit_lapses_there()
    {
        var expired = _account.Grant(50m, expiresAt: Given.Day(10));
        var open = _account.Grant(50m);
        var drawdown = _account.DrawDown(70m);
        _account.Now = Given.Day(10);

        var decided = _account.Reverse(drawdown.Id);

        Assert.Equal(50m, decided.Drawdown.Reversal!.Lapsed);
        Assert.Equal(50m, decided.Spendable);
        Assert.Equal((0m, 50m), (_account.Standing(expired).Remaining, _account.Standing(expired).Expired));
        Assert.False(_account.Standing(expired).IsActive);
        Assert.Equal(50m, _account.Standing(open).Remaining);
    }

    [Fact]
    public void An_expiry_that_is_not_posted_yet_is_posted_before_a_slice_goes_back()
    {
        var id = _account.Grant(50m, expiresAt: Given.Day(10));
        var drawdown = _account.DrawDown(20m);
        _account.Now = Given.Day(10);

        Assert.Equal(new Refusal.Overdue(), _account.TryReverse(drawdown.Id).Refused());

        var slice = Assert.Single(_account.Reverse(drawdown.Id).Drawdown.Reversal!.Slices);
        Assert.Equal((20m, 4), (slice.BalanceAfter, slice.Ordinal));
        Assert.Equal(30m, _account.Credits.Single(credit => credit.Id == id).Expired);
    }

    [Fact]
    public void An_expiry_of_one_of_several_credits_is_posted_before_any_slice_goes_back()
    {
        _account.Grant(50m, expiresAt: Given.Day(10));
        _account.Grant(50m, expiresAt: Given.Day(11));
        var drawdown = _account.DrawDown(70m);
        // Nothing is left of the first, and 30 of the second.
        _account.Now = Given.Day(12);

        Assert.Equal(new Refusal.Overdue(), _account.TryReverse(drawdown.Id).Refused());
    }

    [Fact]
    public void An_instant_before_its_expiry_a_credit_takes_its_slice_back()
    {
        var id = _account.Grant(50m, expiresAt: Given.Day(10));
        var drawdown = _account.DrawDown(50m);
        _account.Now = Given.Day(10) - Given.Tick;

        var decided = _account.Reverse(drawdown.Id);

        Assert.Equal(0m, decided.Drawdown.Reversal!.Lapsed);
        Assert.Equal(50m, _account.Standing(id).Spendable);
    }

    [Fact]
    public void What_goes_back_into_a_voided_credit_lapses_there()
    {
        var id = _account.Grant(50m);
        var drawdown = _account.DrawDown(20m);
        _account.Void(id);

        var decided = _account.Reverse(drawdown.Id);

        Assert.Equal(20m, decided.Drawdown.Reversal!.Lapsed);
        Assert.Equal(0m, decided.Spendable);
        Assert.Equal((0m, 50m), (_account.Standing(id).Remaining, _account.Standing(id).Voided));
    }

    [Fact]
    public void Of_a_credit_that_was_drawn_twice_only_the_reversed_slice_comes_back()
    {
        var id = _account.Grant(50m);
        var reversed = _account.DrawDown(20m);
        _account.DrawDown(15m);

        _account.Reverse(reversed.Id);

        Assert.Equal((35m, 15m), (_account.Standing(id).Remaining, _account.Standing(id).Drawn));
    }

    [Fact]
    public void A_used_up_credit_is_active_again_when_its_slice_comes_back()
    {
        var id = _account.Grant(50m);
        var drawdown = _account.DrawDown(50m);

        _account.Reverse(drawdown.Id);

        Assert.True(_account.Standing(id).IsActive);
    }

    [Fact]
    public void What_came_back_can_be_drawn_again_and_reversed_again()
    {
        var id = _account.Grant(50m);
        _account.Reverse(_account.DrawDown(50m).Id);

        var again = _account.DrawDown(50m);
        Assert.Equal(new Slice(id, 4, 50m, 0m), Assert.Single(again.Slices));
        _account.Reverse(again.Id);

        Assert.Equal((50m, 100m, 100m), (_account[id].Remaining, _account[id].Drawn, _account[id].Reinstated));
        Assert.True(_account.Audit().Ok);
    }

    [Fact]
    public void A_reversal_of_45_slices_is_one_change()
    {
        foreach (var _ in Enumerable.Range(0, CreditDecisions.MaxCreditsPerOperation))
            _account.Grant(1m);
        var drawdown = _account.DrawDown(45m);

        var change = _account.Reverse(drawdown.Id).Change!;

        Assert.Equal((45, 45), (change.Credits.Length, change.Entries.Length));
        Assert.Equal(change.Drawdown, _account[drawdown.Id]);
    }
}
