using Drawdown.Domain.CreditBatches;
using Drawdown.Domain.Ids;

namespace Drawdown.Domain.Tests.CreditBatches;

public sealed class AllocationTests
{
    private readonly Client _client = new();
    private readonly CreditBatchId _batch;

    public AllocationTests() => _batch = _client.Create(100, Given.Day(10));

    [Fact]
    public void Allocated_credits_go_from_the_batch_to_the_learner()
    {
        _client.Now = Given.Day(1);

        var decided = _client.TryAllocate(_batch, 40, "learner-7").Accepted();

        Assert.Equal(new BatchBalances(100, 0, 60, 40, 0, 0), decided.Batch.Balances);
        Assert.Equal(Given.Day(1), decided.Batch.UpdatedAt);
        var allocation = decided.Allocation;
        Assert.Equal((_batch, "learner-7", 40L), (allocation.Batch, allocation.User, allocation.Amount));
        Assert.Equal(
            ("For a course", Given.Day(1), Given.Day(1)),
            (allocation.Note, allocation.CreatedAt, allocation.UpdatedAt)
        );
        Assert.Equal((40L, 0L, 0L), (allocation.Left, allocation.Redeemed, allocation.Returned));
        var action = Assert.Single(decided.Change!.Actions);
        Assert.Equal((CreditActionType.Allocate, 40L, "For a course"), (action.Type, action.Amount, action.Reason));
        Assert.Equal(new AllocationMove(allocation.Id, "learner-7", 0, 40), action.Allocation);
        Assert.Equal([allocation], decided.Change.Allocations);
        Assert.True(_client.Audit().Ok);
    }

    [Fact]
    public void All_credits_of_a_batch_can_be_allocated_and_not_one_more()
    {
        _client.Allocate(_batch, 30);
        AssertInsufficient(71, 70, _client.TryAllocate(_batch, 71));

        _client.Allocate(_batch, 70);

        AssertInsufficient(1, 0, _client.TryAllocate(_batch, 1));
        Assert.Equal(new BatchBalances(100, 0, 0, 100, 0, 0), _client.Balances(_batch));
        Assert.Equal(2, _client.Allocations.Count);
    }

    [Fact]
    public void A_closed_batch_allocates_nothing()
    {
        var voided = _client.Create(100);
        _client.Void(voided);
        _client.Now = Given.Day(10);

        AssertNotActive("The batch is expired. Only an active one can be changed or spent.", _batch);
        AssertNotActive("The batch is voided. Only an active one can be changed or spent.", voided);
        _client.PostExpired();
        AssertNotActive("The batch is expired. Only an active one can be changed or spent.", _batch);

        void AssertNotActive(string detail, CreditBatchId batch) =>
            Assert.Equal(
                detail,
                _client.TryAllocate(batch, 1).Refused<AllocationDecided, Refusal.InvalidState>().Detail
            );
    }

    [Fact]
    public void A_batch_allocates_until_the_last_instant_before_its_expiry()
    {
        _client.Now = Given.Day(10) - Given.Tick;

        _client.TryAllocate(_batch, 1).Accepted();
    }

    [Fact]
    public void Redeemed_credits_are_spent_for_good()
    {
        var id = _client.Allocate(_batch, 40);
        _client.Now = Given.Day(1);

        var decided = _client.Redeem(id, 15).Accepted();

        Assert.Equal(new BatchBalances(100, 0, 60, 25, 15, 0), decided.Batch.Balances);
        Assert.Equal(
            (15L, 0L, 25L),
            (decided.Allocation.Redeemed, decided.Allocation.Returned, decided.Allocation.Left)
        );
        Assert.Equal((Given.Now, Given.Day(1)), (decided.Allocation.CreatedAt, decided.Allocation.UpdatedAt));
        var action = Assert.Single(decided.Change!.Actions);
        Assert.Equal((CreditActionType.Redeem, 15L, null), (action.Type, action.Amount, action.Reason));
        Assert.Equal(new AllocationMove(id, "learner-1", 40, 25, "course", "course-1"), action.Allocation);
        Assert.Equal([decided.Allocation], decided.Change.Allocations);
        Assert.True(_client.Audit().Ok);
    }

    [Fact]
    public void Each_action_says_what_the_learner_had_left_before_and_after_it()
    {
        var id = _client.Allocate(_batch, 40);
        _client.Redeem(id, 15).Accepted();
        _client.Redeem(id, 5).Accepted();
        _client.Revoke(id, 7).Accepted();
        _client.Redeem(id, 13).Accepted();

        Assert.Equal(
            [(0, 40), (40, 25), (25, 20), (20, 13), (13, 0)],
            _client
                .Actions.Select(action => action.Allocation)
                .OfType<AllocationMove>()
                .Select(move => (move.Before, move.After))
        );
    }

    [Fact]
    public void A_learner_spends_all_of_an_allocation_and_nothing_of_anybody_elses()
    {
        var mine = _client.Allocate(_batch, 40);
        _client.Allocate(_batch, 40, "learner-2");

        AssertInsufficient(41, 40, _client.Redeem(mine, 41));
        _client.Redeem(mine, 40).Accepted();
        AssertInsufficient(1, 0, _client.Redeem(mine, 1));

        Assert.Equal(new BatchBalances(100, 0, 20, 40, 40, 0), _client.Balances(_batch));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_a_learner_has_of_a_closed_batch_cannot_be_spent(bool byVoid)
    {
        var id = _client.Allocate(_batch, 40);
        Close(byVoid);

        AssertInsufficient(1, 0, _client.Redeem(id, 1));

        Assert.Equal((0L, 40L), (_client.Standing(id).Unspent, _client.Standing(id).Lapsed));
    }

    [Fact]
    public void Credits_are_spent_until_the_last_instant_before_the_expiry()
    {
        var id = _client.Allocate(_batch, 40);
        _client.Now = Given.Day(10) - Given.Tick;

        _client.Redeem(id, 40).Accepted();
    }

    [Fact]
    public void Revoked_credits_go_back_to_their_batch()
    {
        var id = _client.Allocate(_batch, 40);
        _client.Redeem(id, 15).Accepted();
        _client.Now = Given.Day(1);

        var decided = _client.Revoke(id, 10, "Left the school").Accepted();

        Assert.Equal(new BatchBalances(100, 0, 70, 15, 15, 0), decided.Batch.Balances);
        Assert.Equal(
            (15L, 10L, 15L),
            (decided.Allocation.Redeemed, decided.Allocation.Returned, decided.Allocation.Left)
        );
        Assert.Equal(Given.Day(1), decided.Allocation.UpdatedAt);
        var action = Assert.Single(decided.Change!.Actions);
        Assert.Equal((CreditActionType.Return, 10L, "Left the school"), (action.Type, action.Amount, action.Reason));
        Assert.Equal(new AllocationMove(id, "learner-1", 25, 15), action.Allocation);
        Assert.Equal([decided.Allocation], decided.Change.Allocations);
        Assert.True(_client.Audit().Ok);
    }

    [Fact]
    public void Without_an_amount_all_that_is_unspent_goes_back()
    {
        var id = _client.Allocate(_batch, 40);
        _client.Redeem(id, 15).Accepted();

        _client.Revoke(id).Accepted();

        Assert.Equal(new BatchBalances(100, 0, 85, 0, 15, 0), _client.Balances(_batch));
        Assert.Equal((25L, 0L), (_client[id].Returned, _client[id].Left));
    }

    [Fact]
    public void What_went_back_can_be_allocated_again()
    {
        _client.Revoke(_client.Allocate(_batch, 100)).Accepted();

        _client.TryAllocate(_batch, 100, "learner-2").Accepted();
    }

    [Fact]
    public void An_allocation_of_which_nothing_is_left_stays_as_it_is()
    {
        var id = _client.Allocate(_batch, 40);
        _client.Redeem(id, 40).Accepted();
        _client.Now = Given.Day(1);

        AssertUnchanged(id, null);
        AssertInsufficient(1, 0, _client.Revoke(id, 1));
    }

    [Fact]
    public void More_than_is_unspent_is_not_taken_back_at_all()
    {
        var id = _client.Allocate(_batch, 40);
        _client.Redeem(id, 15).Accepted();

        AssertInsufficient(26, 25, _client.Revoke(id, 26));
        _client.Revoke(id, 25).Accepted();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_has_lapsed_in_a_closed_batch_does_not_come_back(bool byVoid)
    {
        var id = _client.Allocate(_batch, 40);
        Close(byVoid);

        AssertUnchanged(id, null);
        AssertUnchanged(id, 40);
        AssertUnchanged(id, 1);
        AssertInsufficient(41, 40, _client.Revoke(id, 41));
        _client.PostExpired();
        AssertUnchanged(id, 1);
    }

    [Fact]
    public void Credits_go_back_until_the_last_instant_before_the_expiry()
    {
        var id = _client.Allocate(_batch, 40);
        _client.Now = Given.Day(10) - Given.Tick;

        _client.Revoke(id).Accepted();

        Assert.Equal(40, _client[id].Returned);
    }

    [Fact]
    public void What_is_decided_late_does_not_turn_back_the_time_of_the_last_change()
    {
        var id = _client.Allocate(_batch, 40);
        _client.Now = Given.Day(2);
        _client.SetBalance(_batch, 10).Accepted();
        _client.Now = Given.Day(1);

        _client.Redeem(id, 1).Accepted();
        Assert.Equal((Given.Day(2), Given.Day(2)), (_client[id].UpdatedAt, _client[_batch].UpdatedAt));
        _client.Revoke(id, 1).Accepted();
        Assert.Equal((Given.Day(2), Given.Day(2)), (_client[id].UpdatedAt, _client[_batch].UpdatedAt));
    }

    private void Close(bool byVoid)
    {
        if (byVoid)
            _client.Void(_batch);
        else
            _client.Now = Given.Day(10);
    }

    private void AssertUnchanged(CreditAllocationId id, long? amount)
    {
        var (head, batch, allocation) = (_client.Head, _client[_batch], _client[id]);

        var decided = _client.Revoke(id, amount).Accepted();

        Assert.Null(decided.Change);
        Assert.Equal((head, batch, allocation), (decided.Head, decided.Batch, decided.Allocation));
    }

    private static void AssertInsufficient(long requested, long available, Outcome<AllocationDecided> outcome) =>
        Assert.Equal(new Refusal.InsufficientCredits(requested, available, null), outcome.Refused());
}
