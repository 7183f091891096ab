using Drawdown.Domain.Ids;
using Drawdown.Domain.Ledger;

namespace Drawdown.Domain.Tests.Credits;

public sealed class VoidCreditTests
{
    private readonly Account _account = new();

    [Fact]
    public void A_void_takes_all_that_is_left()
    {
        var id = _account.Grant(100m, expiresAt: Given.Day(10));
        _account.DrawDown(30m);
        _account.Now = Given.Day(1);
        var before = _account[id];

        var decided = _account.Void(id);

        Assert.Equal(
            before with
            {
                VoidedAt = Given.Day(1),
                Remaining = 0m,
                Voided = 70m,
                LastSeq = 3,
                Entries = 3,
                LastEffectiveAt = Given.Day(1),
            },
            decided.Credit
        );
        Assert.True(decided.IsChanged);
    }

    [Fact]
    public void A_void_is_one_entry_that_counts_from_now()
    {
        var id = _account.Grant(100m);
        _account.DrawDown(30m);
        _account.Now = Given.Day(1);

        var entry = Assert.Single(_account.Void(id).Entries);

        Assert.Equal((EntryType.Void, -70m, 0m), (entry.Type, entry.Amount, entry.BalanceAfter));
        Assert.Equal((3L, 3, id), (entry.Seq, entry.Ordinal, entry.Credit));
        Assert.Equal((Given.Day(1), Given.Day(1)), (entry.EffectiveAt, entry.RecordedAt));
        Assert.Equal("Voided", entry.Reason);
        Assert.Null(entry.Drawdown);
    }

    [Fact]
    public void A_voided_credit_is_inactive_and_has_nothing_to_spend()
    {
        var id = _account.Grant(100m);

        _account.Void(id);

        Assert.False(_account.Standing(id).IsActive);
        Assert.Equal(0m, _account.Standing(id).Spendable);
        Assert.Equal(100m, _account.Standing(id).Voided);
    }

    [Fact]
    public void A_credit_that_is_not_effective_yet_can_be_voided_and_never_counts()
    {
        var id = _account.Grant(100m, effectiveAt: Given.Day(5));

        var decided = _account.Void(id);

        Assert.Equal(Given.Now, decided.Credit.VoidedAt);
        Assert.Equal(Given.Day(5), Assert.Single(decided.Entries).EffectiveAt);
        Assert.False(decided.Credit.StandingAt(Given.Now).IsActive);
        Assert.Equal(0m, decided.Credit.StandingAt(Given.Day(5)).Spendable);
    }

    [Fact]
    public void A_voided_credit_stays_as_it_is()
    {
        var id = _account.Grant();
        _account.Void(id);
        _account.Now = Given.Day(1);

        AssertUnchangedByVoid(id);
    }

    [Fact]
    public void A_used_up_credit_stays_as_it_is()
    {
        var id = _account.Grant(100m);
        _account.DrawDown(100m);

        AssertUnchangedByVoid(id);
    }

    [Fact]
    public void An_expired_credit_stays_as_it_is_whether_or_not_its_expiry_was_posted()
    {
        var id = _account.Grant(expiresAt: Given.Day(10));
        _account.Now = Given.Day(10);

        AssertUnchangedByVoid(id);
        _account.PostLapsed();
        AssertUnchangedByVoid(id);
    }

    [Fact]
    public void An_instant_before_its_expiry_a_credit_can_still_be_voided()
    {
        var id = _account.Grant(expiresAt: Given.Day(10));
        _account.Now = Given.Day(10) - Given.Tick;

        Assert.True(_account.Void(id).IsChanged);
    }

    [Fact]
    public void A_voided_credit_does_not_expire_any_more()
    {
        var id = _account.Grant(100m, expiresAt: Given.Day(10));
        _account.Void(id);
        _account.Now = Given.Day(11);

        Assert.Null(_account.PostLapsed());
        Assert.Equal(EntryType.Void, _account.Standing(id).Closing);
        Assert.Equal((0m, 100m), (_account.Standing(id).Expired, _account.Standing(id).Voided));
    }

    private void AssertUnchangedByVoid(CreditId id)
    {
        var head = _account.Head;
        var credit = _account[id];

        var decided = _account.Void(id);

        Assert.False(decided.IsChanged);
        Assert.Null(decided.Change);
        Assert.Empty(decided.Entries);
        Assert.Equal(credit, decided.Credit);
        Assert.Equal(head, decided.Head);
    }
}
