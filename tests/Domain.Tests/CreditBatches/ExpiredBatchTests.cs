using Drawdown.Domain.CreditBatches;

namespace Drawdown.Domain.Tests.CreditBatches;

public sealed class ExpiredBatchTests
{
    private readonly Client _client = new();

    [Fact]
    public void What_is_left_at_the_expiry_lapses_allocated_or_not()
    {
        var id = _client.Create(100, Given.Day(10));
        var allocation = _client.Allocate(id, 40);
        _client.Redeem(allocation, 15).Accepted();
        _client.Now = Given.Day(12);

        var change = _client.PostExpired()!;

        Assert.Equal(new BatchBalances(100, 0, 0, 0, 15, 85), _client[id].Balances);
        Assert.Null(_client[id].VoidedAt);
        var action = Assert.Single(change.Actions);
        Assert.Equal((CreditActionType.Expire, 85L, "Expired"), (action.Type, action.Amount, action.Reason));
        Assert.Equal((Given.Day(10), Given.Day(12), "timer"), (action.EffectiveAt, action.RecordedAt, action.Actor));
        Assert.Empty(change.Allocations);
        Assert.True(_client.Audit().Ok);
    }

    [Fact]
    public void A_batch_is_active_before_its_expiry_and_expired_from_that_instant_on()
    {
        var id = _client.Create(100, Given.Day(10));

        _client.Now = Given.Day(10) - Given.Tick;
        Assert.Equal(CreditBatchStatus.Active, _client.Standing(id).Status);
        Assert.Equal(100, _client.Balances(id).Current);
        Assert.Null(_client.PostExpired());

        _client.Now = Given.Day(10);
        Assert.Equal(CreditBatchStatus.Expired, _client.Standing(id).Status);
        Assert.Equal(new BatchBalances(100, 0, 0, 0, 0, 100), _client.Balances(id));
        Assert.NotNull(_client.PostExpired());
    }

    [Fact]
    public void Nobody_can_tell_whether_the_timer_has_posted_an_expiry()
    {
        var id = _client.Create(100, Given.Day(10));
        var allocation = _client.Allocate(id, 40);
        _client.Redeem(allocation, 15).Accepted();
        _client.Now = Given.Day(12);
        var (batch, learner) = (_client.Standing(id), _client.Standing(allocation));

        _client.PostExpired();

        var after = _client.Standing(id);
        Assert.Equal((batch.Status, batch.Balances, batch.UpdatedAt), (after.Status, after.Balances, after.UpdatedAt));
        Assert.Equal(learner, _client.Standing(allocation));
        Assert.Equal(Given.Day(10), after.UpdatedAt);
    }

    [Fact]
    public void An_expiry_is_a_change_also_of_a_batch_of_which_nothing_was_left()
    {
        var id = _client.Create(0, Given.Day(10));
        _client.Now = Given.Day(12);

        Assert.Equal(Given.Day(10), _client.Standing(id).UpdatedAt);
        Assert.Null(_client.PostExpired());
    }

    [Fact]
    public void A_second_posting_has_nothing_to_post()
    {
        _client.Create(100, Given.Day(10));
        _client.Now = Given.Day(10);
        _client.PostExpired();

        Assert.Null(_client.PostExpired());
    }

    [Fact]
    public void Only_what_has_expired_and_is_not_empty_is_posted()
    {
        var forever = _client.Create(10);
        var later = _client.Create(10, Given.Day(30));
        var voided = _client.Create(10, Given.Day(10));
        var lapsed = _client.Create(10, Given.Day(10));
        var usedUp = _client.Create(10, Given.Day(9));
        _client.Redeem(_client.Allocate(usedUp, 10), 10).Accepted();
        _client.Void(voided);
        _client.Now = Given.Day(10);

        var change = _client.PostExpired()!;

        Assert.Equal(lapsed, Assert.Single(change.Batches).Id);
        Assert.Equal((10L, 10L), (_client[forever].Balances.Current, _client[later].Balances.Current));
    }

    [Fact]
    public void A_batch_that_is_allocated_in_full_still_lapses()
    {
        var id = _client.Create(10, Given.Day(10));
        _client.Allocate(id, 10);
        _client.Now = Given.Day(10);

        Assert.Equal(10, Assert.Single(_client.PostExpired()!.Actions).Amount);
    }

    [Fact]
    public void One_run_over_all_leaves_what_many_runs_leave()
    {
        var (once, often) = (Expiring(), Expiring());

        once.Now = Given.Day(5);
        once.PostExpired();
        for (var day = 1; day <= 5; day++)
        {
            often.Now = Given.Day(day);
            foreach (var batch in often.Batches)
                often.PostExpired([batch]);
        }

        Assert.Equal(often.Batches.Select(Seen), once.Batches.Select(Seen));
        Assert.Equal(often.Actions.Select(Told), once.Actions.Select(Told));
        Assert.True(once.Audit().Ok);
        Assert.True(often.Audit().Ok);

        static Client Expiring()
        {
            var client = new Client();
            for (var day = 1; day <= 5; day++)
                client.Create(day, Given.Day(day));
            return client;
        }
        object Seen(CreditBatch batch) => (batch.Balances, batch.UpdatedAt, batch.LastSeq, batch.Entries);
        object Told(CreditAction action) => (action.Seq, action.Type, action.Amount, action.EffectiveAt);
    }

    [Fact]
    public void An_expiry_counts_from_the_last_change_when_that_came_after_it()
    {
        // An instance whose clock was behind accepted it.
        var id = _client.Create(100, Given.Day(10));
        _client.Now = Given.Day(9);
        var late = _client[id] with { UpdatedAt = Given.Day(11) };
        _client.Now = Given.Day(12);

        var standing = late.StandingAt(_client.Now);
        var change = CreditBatchDecisions.PostExpired(_client.Head, [late], Given.By(_client.Now))!;

        Assert.Equal(Given.Day(11), standing.UpdatedAt);
        Assert.Equal(Given.Day(11), Assert.Single(change.Actions).EffectiveAt);
        Assert.Equal(Given.Day(11), Assert.Single(change.Batches).UpdatedAt);
    }

    [Fact]
    public void A_request_that_began_before_the_expiry_and_comes_after_the_timer_finds_the_batch_expired()
    {
        var id = _client.Create(100, Given.Day(10));
        var allocation = _client.Allocate(id, 40);
        _client.Now = Given.Day(10);
        _client.PostExpired();
        var before = _client[id];
        _client.Now = Given.Day(10) - Given.Tick;

        Assert.Equal(CreditBatchStatus.Expired, _client.Standing(id).Status);
        Assert.Equal(new Refusal.InsufficientCredits(40, 0, null), _client.Redeem(allocation, 40).Refused());
        Assert.Null(_client.Revoke(allocation).Accepted().Change);
        _client.TryAllocate(id, 1).Refused<AllocationDecided, Refusal.InvalidState>();
        _client.SetBalance(id, 10).Refused<CreditBatchDecided, Refusal.InvalidState>();
        Assert.Null(_client.Void(id).Change);
        Assert.Equal(before, _client[id]);
    }
}
