using Drawdown.Domain.CreditBatches;
using Drawdown.Domain.Ids;

namespace Drawdown.Domain.Tests.CreditBatches;

public sealed class RedeemFromAccountTests
{
    private const int Limit = AllocationDecisions.MaxBatchesPerRedemption;

    private readonly Client _client = new();
    private readonly CreditAccountId _account;

    public RedeemFromAccountTests() => _account = _client.OpenAccount();

    [Fact]
    public void Batches_are_drawn_in_order_until_the_amount_is_reached()
    {
        var never = _client.Create(10, account: _account);
        var late = _client.Create(10, Given.Day(20), _account);
        var soon = _client.Create(10, Given.Day(10), _account);

        var redemption = _client.RedeemFromAccount(_account, 25).Accepted();

        Assert.Equal([(soon, 10L), (late, 10L), (never, 5L)], Draws(redemption));
        Assert.Equal(5, redemption.Left);
        Assert.Equal(new BatchBalances(10, 0, 5, 0, 5, 0), _client.Balances(never));
        Assert.Equal(new BatchBalances(10, 0, 0, 0, 10, 0), _client.Balances(late));
        Assert.Equal(new BatchBalances(10, 0, 0, 0, 10, 0), _client.Balances(soon));
        Assert.True(_client.Audit().Ok);
    }

    [Fact]
    public void Each_part_is_allocated_and_redeemed_at_once()
    {
        var batch = _client.Create(10, account: _account);

        var redemption = _client.RedeemFromAccount(_account, 4).Accepted();

        var draw = Assert.Single(redemption.Draws);
        Assert.Equal(draw, Assert.Single(_client.Allocations));
        Assert.Equal((batch, "learner-1", "For a course"), (draw.Batch, draw.User, draw.Note));
        Assert.Equal((4L, 4L, 0L, 0L), (draw.Amount, draw.Redeemed, draw.Returned, draw.Left));
        Assert.Equal(
            [CreditActionType.Allocate, CreditActionType.Redeem],
            redemption.Change.Actions.Select(action => action.Type)
        );
        Assert.Equal(
            [
                new AllocationMove(draw.Id, "learner-1", 0, 4),
                new AllocationMove(draw.Id, "learner-1", 4, 0, "course", "course-1"),
            ],
            redemption.Change.Actions.Select(action => action.Allocation)
        );
        Assert.Equal(["For a course", null], redemption.Change.Actions.Select(action => action.Reason));
        Assert.Equal(Given.ClientHead.Route, draw.Id.Uuid.Account);
    }

    [Fact]
    public void A_batch_that_is_drawn_to_the_last_credit_ends_it()
    {
        _client.Create(10, Given.Day(10), _account);
        _client.Create(10, Given.Day(20), _account);

        Assert.Single(_client.Decide(_account, 10).Accepted().Draws);
        Assert.Equal(0, _client.Decide(_account, 20).Accepted().Left);
    }

    [Fact]
    public void What_is_allocated_already_is_not_drawn()
    {
        var batch = _client.Create(10, account: _account);
        _client.Allocate(batch, 7);

        AssertInsufficient(4, 3);
        _client.RedeemFromAccount(_account, 3).Accepted();

        Assert.Equal(new BatchBalances(10, 0, 0, 7, 3, 0), _client.Balances(batch));
    }

    [Fact]
    public void The_whole_amount_is_redeemed_or_nothing()
    {
        _client.Create(10, Given.Day(10), _account);
        _client.Create(10, account: _account);
        var head = _client.Head;

        AssertInsufficient(21, 20);

        Assert.Equal(head, _client.Head);
        Assert.Empty(_client.Allocations);
    }

    [Fact]
    public void An_account_without_batches_has_nothing() => AssertInsufficient(1, 0);

    [Fact]
    public void Batches_of_other_accounts_and_of_none_are_not_touched()
    {
        var other = _client.OpenAccount();
        var others = _client.Create(10, Given.Day(1), other);
        var nobodys = _client.Create(10, Given.Day(1));
        _client.Create(10, account: _account);

        AssertInsufficient(11, 10);
        _client.RedeemFromAccount(_account, 10).Accepted();

        Assert.Equal((10L, 10L), (_client.Balances(others).Current, _client.Balances(nobodys).Current));
    }

    [Fact]
    public void Closed_batches_are_skipped()
    {
        var expired = _client.Create(10, Given.Day(10), _account);
        var posted = _client.Create(10, Given.Day(9), _account);
        var voided = _client.Create(10, Given.Day(11), _account);
        var open = _client.Create(10, Given.Day(10) + Given.Tick, _account);
        _client.Void(voided);
        _client.Now = Given.Day(9);
        _client.PostExpired();
        _client.Now = Given.Day(10);

        AssertInsufficient(11, 10);
        var redemption = _client.RedeemFromAccount(_account, 10).Accepted();

        Assert.Equal([(open, 10L)], Draws(redemption));
        Assert.Equal(10, _client[expired].Balances.Current);
        Assert.Equal(10, _client[posted].Balances.Lapsed);
    }

    [Fact]
    public void Empty_batches_do_not_count_for_the_limit()
    {
        for (var batch = 0; batch < Limit; batch++)
            _client.Create(0, Given.Day(1), _account);
        _client.Create(10, account: _account);

        Assert.Single(_client.RedeemFromAccount(_account, 10).Accepted().Draws);
    }

    [Fact]
    public void As_many_batches_as_a_transaction_holds_are_drawn_at_once()
    {
        Many(Limit);

        var redemption = _client.RedeemFromAccount(_account, Limit).Accepted();

        Assert.Equal(Limit, redemption.Draws.Length);
        Assert.Distinct(redemption.Draws.Select(draw => draw.Id));
        var change = redemption.Change;
        // With the head and the idempotency key.
        Assert.InRange(change.Batches.Length + change.Allocations.Length + change.Actions.Length + 2, Limit * 4, 100);
        Assert.True(_client.Audit().Ok);
    }

    [Fact]
    public void An_amount_beyond_the_limit_is_refused_with_what_can_be_redeemed_at_once()
    {
        Many(Limit + 2, amount: 3);

        var refusal = _client
            .RedeemFromAccount(_account, Limit * 3 + 1)
            .Refused<AccountRedemption, Refusal.InvalidOperation>();

        Assert.Equal(
            "This amount is spread over more than 24 batches, which one redemption cannot touch. Redeem at most 72 at once.",
            refusal.Detail
        );
        Assert.Equal(6, _client.RedeemFromAccount(_account, Limit * 3).Accepted().Left);
    }

    [Fact]
    public void What_can_be_redeemed_at_once_is_what_the_first_batches_in_order_hold()
    {
        _client.Create(1000, account: _account);
        Many(Limit);

        var refusal = _client
            .RedeemFromAccount(_account, Limit + 1)
            .Refused<AccountRedemption, Refusal.InvalidOperation>();

        Assert.EndsWith($"at most {Limit} at once.", refusal.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void More_than_there_is_is_insufficient_however_many_batches_hold_it()
    {
        Many(Limit + 1);

        AssertInsufficient(Limit + 2, Limit + 1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0xF_FFFF)]
    [InlineData(int.MaxValue)]
    public void Whatever_the_random_bits_the_ids_of_one_redemption_differ(int random)
    {
        Many(Limit);

        var redemption = AllocationDecisions
            .RedeemFromAccount(
                _client.Head,
                _account,
                _client.Batches,
                new("learner-1", Limit, null),
                new(null, null),
                random,
                Given.By(Given.Now)
            )
            .Accepted();

        Assert.Distinct(redemption.Draws.Select(draw => draw.Id));
    }

    [Fact]
    public void What_is_spendable_is_what_is_current_and_has_not_lapsed()
    {
        var batch = _client[_client.Create(10, Given.Day(10))];

        Assert.Equal(10, AllocationDecisions.SpendableOf(batch, Given.Day(10) - Given.Tick));
        Assert.Equal(0, AllocationDecisions.SpendableOf(batch, Given.Day(10)));
    }

    private void Many(int batches, long amount = 1)
    {
        for (var batch = 0; batch < batches; batch++)
            _client.Create(amount, Given.Day(10), _account);
    }

    private void AssertInsufficient(long requested, long available) =>
        Assert.Equal(
            new Refusal.InsufficientCredits(requested, available, null),
            _client.RedeemFromAccount(_account, requested).Refused()
        );

    private static IEnumerable<(CreditBatchId, long)> Draws(AccountRedemption redemption) =>
        redemption.Draws.Select(draw => (draw.Batch, draw.Amount));
}
