using Drawdown.Domain.Credits;
using Drawdown.Domain.Ledger;

namespace Drawdown.Domain.Tests.Credits;

public sealed class PostLapsedTests
{
    private readonly Account _account = new();

    [Fact]
    public void What_is_left_at_the_expiry_is_posted_as_expired()
    {
        var id = _account.Grant(100m, expiresAt: Given.Day(10));
        _account.DrawDown(30m);
        _account.Now = Given.Day(12);

        _account.PostLapsed();

        Assert.Equal((0m, 70m, 30m), (_account[id].Remaining, _account[id].Expired, _account[id].Drawn));
        Assert.Null(_account[id].VoidedAt);
    }

    [Fact]
    public void An_expiry_counts_from_its_own_instant_whenever_it_is_written_down()
    {
        _account.Grant(100m, expiresAt: Given.Day(10));
        _account.Now = Given.Day(12);

        var entry = Assert.Single(_account.PostLapsed()!.Entries);

        Assert.Equal((EntryType.Expire, -100m, 0m), (entry.Type, entry.Amount, entry.BalanceAfter));
        Assert.Equal((Given.Day(10), Given.Day(12)), (entry.EffectiveAt, entry.RecordedAt));
        Assert.Equal(("timer", "Expired"), (entry.Actor, entry.Reason));
        Assert.Equal("Expired", CreditDecisions.LapseReason(EntryType.Expire));
    }

    [Fact]
    public void Nothing_is_posted_an_instant_before_the_expiry_and_everything_at_the_instant()
    {
        _account.Grant(expiresAt: Given.Day(10));

        _account.Now = Given.Day(10) - Given.Tick;
        Assert.Null(_account.PostLapsed());

        _account.Now = Given.Day(10);
        Assert.NotNull(_account.PostLapsed());
    }

    [Fact]
    public void A_second_posting_has_nothing_to_post()
    {
        _account.Grant(expiresAt: Given.Day(10));
        _account.Now = Given.Day(10);
        _account.PostLapsed();

        Assert.Null(_account.PostLapsed());
    }

    [Fact]
    public void Open_and_empty_credits_stay_as_they_are()
    {
        var forever = _account.Grant(10m);
        var later = _account.Grant(10m, expiresAt: Given.Day(30));
        var lapsed = _account.Grant(10m, expiresAt: Given.Day(10), paid: 1m);
        var usedUp = _account.Grant(10m, expiresAt: Given.Day(9));
        _account.DrawDown(10m);
        _account.Now = Given.Day(10);

        var change = _account.PostLapsed()!;

        Assert.Equal(lapsed, Assert.Single(change.Credits).Id);
        Assert.Equal(0m, _account[usedUp].Expired);
        Assert.Equal((10m, 10m), (_account[forever].Remaining, _account[later].Remaining));
    }

    [Fact]
    public void Several_lapsed_credits_are_posted_in_one_change()
    {
        var one = _account.Grant(10m, expiresAt: Given.Day(10));
        var other = _account.Grant(20m, "EUR", expiresAt: Given.Day(11));
        _account.Now = Given.Day(12);

        var change = _account.PostLapsed()!;

        Assert.Equal([one, other], change.Entries.Select(entry => entry.Credit));
        Assert.Equal([Given.Day(10), Given.Day(11)], change.Entries.Select(entry => entry.EffectiveAt));
        Assert.Equal([3L, 4L], change.Entries.Select(entry => entry.Seq));
        Assert.True(_account.Audit().Ok);
    }

    [Fact]
    public void What_a_reversal_brings_back_into_an_expired_credit_lapses_as_it_arrives()
    {
        var id = _account.Grant(100m, expiresAt: Given.Day(10));
        var drawdown = _account.DrawDown(30m);
        _account.Now = Given.Day(11);
        _account.PostLapsed();
        _account.Now = Given.Day(12);
        _account.Reverse(drawdown.Id);
        _account.Now = Given.Day(13);

        var entry = Assert.Single(_account.PostLapsed()!.Entries);

        Assert.Equal((EntryType.Expire, -30m), (entry.Type, entry.Amount));
        Assert.Equal(Given.Day(12), entry.EffectiveAt);
        Assert.Equal((0m, 100m), (_account[id].Remaining, _account[id].Expired));
    }

    [Fact]
    public void What_a_reversal_brings_back_into_a_voided_credit_lapses_as_voided()
    {
        var id = _account.Grant(100m, expiresAt: Given.Day(10));
        var drawdown = _account.DrawDown(30m);
        _account.Void(id);
        _account.Now = Given.Day(12);
        _account.Reverse(drawdown.Id);

        var entry = Assert.Single(_account.PostLapsed()!.Entries);

        Assert.Equal((EntryType.Void, -30m, "Voided"), (entry.Type, entry.Amount, entry.Reason));
        Assert.Equal(Given.Day(12), entry.EffectiveAt);
        Assert.Equal((0m, 100m, 0m), (_account[id].Remaining, _account[id].Voided, _account[id].Expired));
    }
}
