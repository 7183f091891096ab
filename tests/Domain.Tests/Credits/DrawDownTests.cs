using Drawdown.Domain.Accounts;
using Drawdown.Domain.Credits;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Ledger;

namespace Drawdown.Domain.Tests.Credits;

public sealed class DrawDownTests
{
    private readonly Account _account = new();

    [Fact]
    public void A_drawdown_takes_what_is_lost_first_and_only_as_much_as_it_needs()
    {
        var last = _account.Grant(50m);
        var second = _account.Grant(50m, expiresAt: Given.Day(20));
        var first = _account.Grant(50m, expiresAt: Given.Day(10));

        var drawdown = _account.DrawDown(70m);

        Assert.Equal([new Slice(first, 2, 50m, 0m), new Slice(second, 2, 20m, 30m)], drawdown.Slices);
        Assert.Equal((0m, 30m, 50m), (_account[first].Remaining, _account[second].Remaining, _account[last].Remaining));
    }

    [Fact]
    public void A_drawdown_keeps_what_was_asked_for()
    {
        _account.Grant(100m, "EUR");
        var id = Given.DrawdownId(9);

        var drawdown = Draw(id, new("EUR", 70m, null, "March", "e-1")).Drawdown;

        Assert.Equal((id, "EUR", 70m), (drawdown.Id, drawdown.Currency, drawdown.Amount));
        Assert.Equal(("March", "e-1"), (drawdown.Description, drawdown.ExternalId));
        Assert.Equal(Given.Now, drawdown.DrawnAt);
        Assert.Null(drawdown.Reversal);
    }

    [Fact]
    public void A_drawdown_is_one_entry_of_each_credit_that_it_touches()
    {
        var first = _account.Grant(50m, expiresAt: Given.Day(10));
        var second = _account.Grant(50m);
        _account.Now = Given.Day(1);

        var drawdown = _account.DrawDown(70m);

        var entries = _account.Entries.Skip(2).ToList();
        Assert.Equal([first, second], entries.Select(entry => entry.Credit));
        Assert.Equal([-50m, -20m], entries.Select(entry => entry.Amount));
        Assert.Equal([0m, 30m], entries.Select(entry => entry.BalanceAfter));
        Assert.Equal([3L, 4L], entries.Select(entry => entry.Seq));
        Assert.All(
            entries,
            entry =>
            {
                Assert.Equal(EntryType.Drawdown, entry.Type);
                Assert.Equal(drawdown.Id, entry.Drawdown);
                Assert.Equal("Usage", entry.Reason);
                Assert.Equal((Given.Day(1), Given.Day(1)), (entry.EffectiveAt, entry.RecordedAt));
            }
        );
        Assert.Equal(entries.Select(entry => entry.Id), drawdown.Slices.Select(slice => slice.Entry));
    }

    [Fact]
    public void A_drawdown_says_what_can_be_spent_after_it()
    {
        _account.Grant(50m);
        _account.Grant(50m, expiresAt: Given.Day(10));
        _account.Grant(50m, "EUR");
        _account.Grant(50m, effectiveAt: Given.Day(1));

        Assert.Equal(30m, _account.TryDrawDown(70m).Accepted().Spendable);
    }

    [Fact]
    public void An_exact_fit_uses_the_credits_up()
    {
        var one = _account.Grant(33.3333333333m);
        var other = _account.Grant(66.6666666667m);

        var decided = _account.TryDrawDown(100m).Accepted();

        Assert.Equal(0m, decided.Spendable);
        Assert.Equal((0m, 0m), (_account[one].Remaining, _account[other].Remaining));
        Assert.Equal(2, decided.Drawdown.Slices.Length);
    }

    [Fact]
    public void A_drawdown_that_the_first_credit_covers_exactly_touches_no_other()
    {
        var first = _account.Grant(50m, expiresAt: Given.Day(10));
        _account.Grant(50m);

        Assert.Equal(first, Assert.Single(_account.DrawDown(50m).Slices).Credit);
    }

    [Fact]
    public void A_drawdown_of_more_than_there_is_draws_nothing()
    {
        _account.Grant(50m);
        _account.Grant(49.9999999999m);
        var head = _account.Head;

        var refusal = _account.TryDrawDown(100m).Refused();

        Assert.Equal(new Refusal.InsufficientCredits(100m, 99.9999999999m, "USD"), refusal);
        Assert.Equal(head, _account.Head);
        Assert.Equal(2, _account.Entries.Count);
    }

    [Fact]
    public void Credits_in_another_currency_are_not_drawn()
    {
        var euro = _account.Grant(100m, "EUR", expiresAt: Given.Day(1));
        var dollar = _account.Grant(10m);

        Assert.Equal(new Refusal.InsufficientCredits(11m, 10m, "USD"), _account.TryDrawDown(11m).Refused());
        Assert.Equal(dollar, Assert.Single(_account.DrawDown(10m).Slices).Credit);
        Assert.Equal(100m, _account[euro].Remaining);
    }

    [Fact]
    public void A_credit_is_drawn_from_the_very_instant_at_which_it_is_effective()
    {
        _account.Grant(100m, effectiveAt: Given.Day(5));

        _account.Now = Given.Day(5) - Given.Tick;
        Assert.Equal(new Refusal.InsufficientCredits(1m, 0m, "USD"), _account.TryDrawDown(1m).Refused());

        _account.Now = Given.Day(5);
        _account.DrawDown(1m);
    }

    [Fact]
    public void An_expired_credit_is_never_drawn_whether_or_not_its_expiry_was_posted()
    {
        _account.Grant(100m, expiresAt: Given.Day(5));

        _account.Now = Given.Day(5);
        Assert.Equal(new Refusal.InsufficientCredits(1m, 0m, "USD"), _account.TryDrawDown(1m).Refused());

        _account.PostLapsed();
        Assert.Equal(new Refusal.InsufficientCredits(1m, 0m, "USD"), _account.TryDrawDown(1m).Refused());
    }

    [Fact]
    public void A_credit_is_drawn_until_the_instant_before_its_expiry()
    {
        _account.Grant(100m, expiresAt: Given.Day(5));

        _account.Now = Given.Day(5) - Given.Tick;
        _account.DrawDown(100m);
    }

    [Fact]
    public void A_voided_credit_is_not_drawn()
    {
        _account.Void(_account.Grant(100m));

        _account.TryDrawDown(1m).Refused<DrawdownDecided, Refusal.InsufficientCredits>();
    }

    [Fact]
    public void What_a_reversal_left_in_an_expired_credit_is_not_drawn()
    {
        _account.Grant(100m, expiresAt: Given.Day(5));
        var drawdown = _account.DrawDown(100m);
        _account.Now = Given.Day(5);
        _account.Reverse(drawdown.Id);

        Assert.Equal(new Refusal.InsufficientCredits(1m, 0m, "USD"), _account.TryDrawDown(1m).Refused());
    }

    [Fact]
    public void A_drawdown_of_one_credit_touches_no_other()
    {
        var first = _account.Grant(100m, expiresAt: Given.Day(5));
        var named = _account.Grant(100m);

        var decided = _account.TryDrawDown(30m, credit: named).Accepted();

        Assert.Equal(named, Assert.Single(decided.Drawdown.Slices).Credit);
        Assert.Equal(100m, _account[first].Remaining);
        Assert.Equal(170m, decided.Spendable);
    }

    [Fact]
    public void A_drawdown_of_one_credit_takes_no_more_than_that_one_has()
    {
        var named = _account.Grant(100m);
        _account.Grant(100m);

        Assert.Equal(
            new Refusal.InsufficientCredits(101m, 100m, "USD"),
            _account.TryDrawDown(101m, credit: named).Refused()
        );
    }

    [Fact]
    public void A_drawdown_of_one_credit_that_is_not_effective_or_closed_is_insufficient()
    {
        var scheduled = _account.Grant(100m, effectiveAt: Given.Day(5));
        var voided = _account.Grant(100m);
        _account.Void(voided);

        Assert.Equal(
            new Refusal.InsufficientCredits(1m, 0m, "USD"),
            _account.TryDrawDown(1m, credit: scheduled).Refused()
        );
        Assert.Equal(
            new Refusal.InsufficientCredits(1m, 0m, "USD"),
            _account.TryDrawDown(1m, credit: voided).Refused()
        );
    }

    [Fact]
    public void A_drawdown_of_a_credit_that_does_not_exist_is_refused()
    {
        _account.Grant(100m);
        var unknown = Given.CreditId(999);

        var fault = _account.TryDrawDown(1m, credit: unknown).OnlyFault();

        Assert.Equal(new Fault(FaultCode.DoesNotExist, $"The customer has no credit {unknown}.", "credit_id"), fault);
    }

    [Fact]
    public void A_drawdown_of_a_credit_in_another_currency_is_refused()
    {
        var euro = _account.Grant(100m, "EUR");

        Assert.Equal(
            new Fault(FaultCode.Invalid, "The credit is in EUR, not in USD.", "currency_code"),
            _account.TryDrawDown(1m, "USD", euro).OnlyFault()
        );
    }

    [Fact]
    public void A_drawdown_may_touch_45_credits()
    {
        Assert.Equal(45, CreditDecisions.MaxCreditsPerOperation);
        GrantMany(46);

        Assert.Equal(45, _account.DrawDown(45m).Slices.Length);
    }

    [Fact]
    public void A_drawdown_that_would_touch_46_credits_is_refused_and_draws_nothing()
    {
        GrantMany(46);
        var head = _account.Head;

        var refusal = _account.TryDrawDown(45m + Given.Smallest).Refused<DrawdownDecided, Refusal.InvalidOperation>();

        Assert.Equal(
            "This amount is spread over more than 45 credits, which one drawdown cannot touch. Draw at most 45 at once.",
            refusal.Detail
        );
        Assert.Equal(head, _account.Head);
    }

    [Fact]
    public void The_largest_amount_that_a_refusal_names_can_indeed_be_drawn_and_then_the_rest()
    {
        foreach (var n in Enumerable.Range(1, 50))
            _account.Grant(n + 0.5m, expiresAt: Given.Day(n));
        var all = _account.Credits.Sum(credit => credit.Remaining);
        var refusal = _account.TryDrawDown(all).Refused<DrawdownDecided, Refusal.InvalidOperation>();

        // 1.5 + 2.5 + … + 45.5
        const decimal Reachable = 1057.5m;
        Assert.EndsWith(" Draw at most 1057.5 at once.", refusal.Detail, StringComparison.Ordinal);
        _account.TryDrawDown(Reachable + Given.Smallest).Refused<DrawdownDecided, Refusal.InvalidOperation>();
        Assert.Equal(45, _account.DrawDown(Reachable).Slices.Length);
        Assert.Equal(5, _account.DrawDown(all - Reachable).Slices.Length);
    }

    [Fact]
    public void More_than_45_credits_that_hold_too_little_together_are_insufficient()
    {
        GrantMany(50);

        Assert.Equal(new Refusal.InsufficientCredits(51m, 50m, "USD"), _account.TryDrawDown(51m).Refused());
    }

    [Fact]
    public void Credits_that_a_drawdown_cannot_use_do_not_count_towards_the_limit()
    {
        GrantMany(45);
        foreach (var _ in Enumerable.Range(0, 10))
        {
            _account.Grant(1m, "EUR", expiresAt: Given.Day(1));
            _account.Grant(1m, effectiveAt: Given.Day(1), expiresAt: Given.Day(2));
            _account.Void(_account.Grant(1m, expiresAt: Given.Day(1)));
        }

        Assert.Equal(45, _account.DrawDown(45m).Slices.Length);
    }

    [Fact]
    public void A_drawdown_is_one_change_of_credits_entries_and_drawdown()
    {
        _account.Grant(50m);
        _account.Grant(50m);
        _account.Grant(50m);

        var decided = Draw(Given.DrawdownId(), new("USD", 70m, null, null, null));

        Assert.Equal(2, decided.Change!.Credits.Length);
        Assert.Equal(2, decided.Change.Entries.Length);
        Assert.Equal(decided.Drawdown, decided.Change.Drawdown);
        Assert.Null(decided.Change.Reference);
        Assert.Equal(decided.Change.Entries[^1].Hash, decided.Change.Head.LastHash);
        Assert.Equal(_account.Head.Version + 1, decided.Change.Head.Version);
    }

    [Fact]
    public void A_drawdown_with_an_external_id_takes_it_for_ever()
    {
        _account.Grant();

        Assert.Equal(
            new ExternalReference("drawdown", "e-1", Given.DrawdownId().ToString()),
            Draw(Given.DrawdownId(), new("USD", 1m, null, null, "e-1")).Change!.Reference
        );
    }

    [Fact]
    public void The_order_of_the_rows_does_not_matter()
    {
        foreach (var n in Enumerable.Range(1, 10))
            _account.Grant(10m, expiresAt: n % 3 == 0 ? null : Given.Day(n % 3), paid: n % 2);
        var request = new DrawdownRequest("USD", 55m, null, null, null);

        var forward = Draw(Given.DrawdownId(), request).Drawdown.Slices;
        var backward = Assert
            .IsType<Outcome<DrawdownDecided>.Accepted>(
                DrawdownDecisions.DrawDown(
                    _account.Head,
                    [.. _account.Credits.Reverse()],
                    Given.DrawdownId(),
                    request,
                    Given.By(Given.Now)
                )
            )
            .Value.Drawdown.Slices;

        Assert.Equal(forward, backward);
    }

    private DrawdownDecided Draw(DrawdownId id, DrawdownRequest request) =>
        DrawdownDecisions.DrawDown(_account.Head, _account.Credits, id, request, Given.By(Given.Now)).Accepted();

    private void GrantMany(int count)
    {
        for (var n = 0; n < count; n++)
            _account.Grant(1m);
    }
}
