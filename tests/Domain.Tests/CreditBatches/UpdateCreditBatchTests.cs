using Drawdown.Domain.CreditBatches;
using Drawdown.Domain.Credits;
using Drawdown.Domain.Ids;

namespace Drawdown.Domain.Tests.CreditBatches;

public sealed class UpdateCreditBatchTests
{
    private static readonly CreditBatchEdit Nothing = new(default, default, null);

    private readonly Client _client = new();

    [Fact]
    public void A_name_an_expiry_and_a_balance_are_changed_at_once()
    {
        var id = _client.Create(100, Given.Day(10), name: "Old");
        _client.Now = Given.Day(1);
        var edit = new CreditBatchEdit(
            Change<string>.To("New"),
            Change<DateTimeOffset?>.To(Given.Day(20)),
            CurrentBalance: 70
        );

        var decided = _client.Update(id, edit).Accepted();

        Assert.Equal(
            ("New", Given.Day(20), Given.Day(1)),
            (decided.Batch.Name, decided.Batch.ExpiresOn, decided.Batch.UpdatedAt)
        );
        Assert.Equal(new BatchBalances(100, -30, 70, 0, 0, 0), decided.Batch.Balances);
        Assert.Equal(Given.Now, decided.Batch.CreatedAt);
        Assert.Single(decided.Change!.Actions);
    }

    [Fact]
    public void Null_clears_the_name_and_the_expiry()
    {
        var id = _client.Create(100, Given.Day(10), name: "Old");

        _client.Update(id, new(Change<string>.To(null), Change<DateTimeOffset?>.To(null), null)).Accepted();

        Assert.Equal((null, null), (_client[id].Name, _client[id].ExpiresOn));
    }

    [Fact]
    public void A_change_without_a_new_balance_posts_nothing()
    {
        var id = _client.Create(100);
        _client.Now = Given.Day(1);

        var decided = _client.Rename(id, "New").Accepted();

        Assert.Empty(decided.Change!.Actions);
        Assert.Equal(decided.Batch, Assert.Single(decided.Change.Batches));
        Assert.Equal(("New", Given.Day(1)), (_client[id].Name, _client[id].UpdatedAt));
        Assert.Equal((1L, 1), (_client[id].LastSeq, _client[id].Entries));
    }

    [Theory]
    [InlineData(70, -30)]
    [InlineData(130, 30)]
    [InlineData(0, -100)]
    [InlineData(99, -1)]
    [InlineData(101, 1)]
    [InlineData(BatchBalances.Largest, BatchBalances.Largest - 100)]
    public void A_balance_that_is_set_posts_the_difference_and_leaves_the_start(long balance, long delta)
    {
        var id = _client.Create(100);
        _client.Now = Given.Day(1);

        _client.SetBalance(id, balance).Accepted();

        Assert.Equal(new BatchBalances(100, delta, balance, 0, 0, 0), _client.Balances(id));
        var action = _client.LastAction;
        Assert.Equal(
            (CreditActionType.Adjust, delta, "Balance set", 2),
            (action.Type, action.Amount, action.Reason, action.Ordinal)
        );
        Assert.Equal((100L, balance), (action.Before.Current, action.After.Current));
        Assert.Equal(Given.Day(1), action.EffectiveAt);
        Assert.Null(action.Allocation);
        Assert.Equal(delta < 0, action.IsDebit);
    }

    [Fact]
    public void Adjustments_add_up_and_leave_what_is_allocated()
    {
        var id = _client.Create(100);
        _client.Redeem(_client.Allocate(id, 40), 15).Accepted();

        _client.SetBalance(id, 10).Accepted();
        _client.SetBalance(id, 200).Accepted();

        Assert.Equal(new BatchBalances(100, 140, 200, 25, 15, 0), _client.Balances(id));
        Assert.Equal([-50L, 190L], Adjustments());
        Assert.True(_client.Audit().Ok);

        IEnumerable<long> Adjustments() =>
            _client.Actions.Where(action => action.Type is CreditActionType.Adjust).Select(action => action.Amount);
    }

    [Fact]
    public void A_batch_that_is_sent_back_as_it_was_fetched_stays_as_it_is()
    {
        var id = _client.Create(100, Given.Day(10), name: "Name");
        _client.Allocate(id, 30);
        _client.Now = Given.Day(1);

        AssertUnchanged(id, AsFetched(id));
        AssertUnchanged(id, Nothing);
    }

    [Fact]
    public void A_closed_batch_too_can_be_sent_back_as_it_was_fetched()
    {
        var voided = _client.Create(100, Given.Day(10), name: "Name");
        var expired = _client.Create(100, Given.Day(10), name: "Name");
        _client.Void(voided);
        _client.Now = Given.Day(10);

        AssertUnchanged(voided, AsFetched(voided));
        AssertUnchanged(voided, Nothing);
        AssertUnchanged(expired, AsFetched(expired));
        AssertUnchanged(expired, Nothing);
        _client.PostExpired();
        AssertUnchanged(expired, AsFetched(expired));
    }

    [Fact]
    public void A_balance_beyond_the_largest_is_refused_unless_it_is_there_already()
    {
        var id = _client.Create(BatchBalances.Largest);
        var allocation = _client.Allocate(id, 10);
        _client.Update(id, Nothing with { CurrentBalance = BatchBalances.Largest }).Accepted();
        _client.Revoke(allocation).Accepted();
        var balance = BatchBalances.Largest + 10;

        Assert.Equal(balance, _client.Balances(id).Current);
        Assert.Null(_client.Update(id, Nothing with { CurrentBalance = balance }).Accepted().Change);
        // It may stay beside another change.
        _client.Update(id, new(Change<string>.To("New"), default, balance)).Accepted();

        var fault = _client.Update(id, Nothing with { CurrentBalance = balance + 1 }).OnlyFault();
        Assert.Equal(
            new Fault(BatchFaultCode.InvalidBalance, "Expected a whole number from 0 to 9999999999.", "currentBalance"),
            fault
        );
        _client.Update(id, Nothing with { CurrentBalance = BatchBalances.Largest }).Accepted();
    }

    [Fact]
    public void A_voided_batch_cannot_be_changed()
    {
        var id = _client.Create(100);
        _client.Void(id);

        AssertNotActive(id, "The batch is voided. Only an active one can be changed or spent.");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_expired_batch_cannot_be_changed_whether_or_not_its_expiry_was_posted(bool posted)
    {
        var id = _client.Create(100, Given.Day(10));
        _client.Now = Given.Day(10);
        if (posted)
            _client.PostExpired();

        AssertNotActive(id, "The batch is expired. Only an active one can be changed or spent.");
    }

    [Fact]
    public void A_batch_can_be_changed_until_the_last_instant_before_its_expiry()
    {
        var id = _client.Create(100, Given.Day(10));
        _client.Now = Given.Day(10) - Given.Tick;

        _client.ChangeExpiry(id, Given.Day(20)).Accepted();

        _client.Now = Given.Day(10);
        Assert.True(_client.Standing(id).IsActive);
    }

    [Fact]
    public void A_new_expiry_must_be_later_than_now()
    {
        var id = _client.Create(100, Given.Day(10));
        _client.Now = Given.Day(1);

        Assert.Equal("invalid_expires_on", _client.ChangeExpiry(id, Given.Day(1)).OnlyFault().Code);
        Assert.Equal("expiresOn", _client.ChangeExpiry(id, Given.Day(1) - Given.Tick).OnlyFault().Attribute);
        Assert.Equal(Given.Day(10), _client[id].ExpiresOn);
        _client.ChangeExpiry(id, Given.Day(1) + Given.Tick).Accepted();
    }

    [Fact]
    public void A_refused_expiry_takes_the_rest_of_the_change_with_it()
    {
        var id = _client.Create(100);
        var edit = new CreditBatchEdit(Change<string>.To("New"), Change<DateTimeOffset?>.To(Given.Now), 50);
        var before = _client[id];

        _client.Update(id, edit).Refused<CreditBatchDecided, Refusal.Invalid>();

        Assert.Equal(before, _client[id]);
    }

    [Fact]
    public void The_state_of_a_closed_batch_is_named_before_a_wrong_expiry()
    {
        var id = _client.Create(100);
        _client.Void(id);

        _client.ChangeExpiry(id, Given.Now).Refused<CreditBatchDecided, Refusal.InvalidState>();
    }

    [Fact]
    public void A_change_that_is_decided_late_does_not_turn_back_the_time_of_the_last_one()
    {
        var id = _client.Create(100);
        _client.Now = Given.Day(2);
        _client.Rename(id, "Later").Accepted();
        _client.Now = Given.Day(1);

        _client.Rename(id, "Earlier").Accepted();
        _client.SetBalance(id, 50).Accepted();

        Assert.Equal(Given.Day(2), _client[id].UpdatedAt);
        Assert.Equal((Given.Day(2), Given.Day(1)), (_client.LastAction.EffectiveAt, _client.LastAction.RecordedAt));
    }

    private CreditBatchEdit AsFetched(CreditBatchId id) =>
        new(
            Change<string>.To(_client[id].Name),
            Change<DateTimeOffset?>.To(_client[id].ExpiresOn),
            _client.Balances(id).Current
        );

    private void AssertNotActive(CreditBatchId id, string detail)
    {
        CreditBatchEdit[] edits =
        [
            new(Change<string>.To("New"), default, null),
            new(default, Change<DateTimeOffset?>.To(Given.Day(50)), null),
            new(default, default, 1),
        ];
        var before = _client[id];

        foreach (var edit in edits)
            Assert.Equal(detail, _client.Update(id, edit).Refused<CreditBatchDecided, Refusal.InvalidState>().Detail);

        Assert.Equal(before, _client[id]);
    }

    private void AssertUnchanged(CreditBatchId id, CreditBatchEdit edit)
    {
        var (head, before) = (_client.Head, _client[id]);

        var decided = _client.Update(id, edit).Accepted();

        Assert.Null(decided.Change);
        Assert.Equal((head, before), (decided.Head, decided.Batch));
    }
}
