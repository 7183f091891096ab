using Drawdown.Domain.CreditBatches;

namespace Drawdown.Domain.Tests.CreditBatches;

public sealed class VoidCreditBatchTests
{
    private readonly Client _client = new();

    [Fact]
    public void All_that_is_left_lapses_allocated_or_not_and_what_was_redeemed_stays()
    {
        var id = _client.Create(100, Given.Day(10));
        var allocation = _client.Allocate(id, 40);
        _client.Redeem(allocation, 15).Accepted();
        _client.SetBalance(id, 70).Accepted();
        _client.Now = Given.Day(1);

        var decided = _client.Void(id, "By mistake");

        Assert.Equal(new BatchBalances(100, 10, 0, 0, 15, 95), decided.Batch.Balances);
        Assert.Equal((Given.Day(1), Given.Day(1)), (decided.Batch.VoidedAt, decided.Batch.UpdatedAt));
        var action = Assert.Single(decided.Change!.Actions);
        Assert.Equal((CreditActionType.Void, 95L, "By mistake"), (action.Type, action.Amount, action.Reason));
        Assert.Null(action.Allocation);
        var standing = _client.Standing(allocation);
        Assert.Equal((0L, 25L), (standing.Unspent, standing.Lapsed));
        Assert.Equal(CreditBatchStatus.Voided, _client.Standing(id).Status);
        Assert.True(_client.Audit().Ok);
    }

    [Fact]
    public void Without_a_reason_it_is_voided()
    {
        _client.Void(_client.Create(1));

        Assert.Equal("Voided", _client.LastAction.Reason);
    }

    [Fact]
    public void A_second_void_changes_nothing()
    {
        var id = _client.Create(100);
        var first = _client.Void(id, "First");
        _client.Now = Given.Day(1);

        var second = _client.Void(id, "Second");

        Assert.Null(second.Change);
        Assert.Equal((first.Head, first.Batch), (second.Head, second.Batch));
    }

    [Fact]
    public void An_empty_batch_is_voided_too()
    {
        var id = _client.Create(0);

        _client.Void(id);

        Assert.Equal((CreditActionType.Void, 0L), (_client.LastAction.Type, _client.LastAction.Amount));
        Assert.Equal(CreditBatchStatus.Voided, _client.Standing(id).Status);
        Assert.True(_client.Audit().Ok);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_expired_batch_stays_expired(bool posted)
    {
        var id = _client.Create(100, Given.Day(10));
        _client.Now = Given.Day(10);
        if (posted)
            _client.PostExpired();
        var before = _client[id];

        Assert.Null(_client.Void(id).Change);

        Assert.Equal(before, _client[id]);
        Assert.Equal(CreditBatchStatus.Expired, _client.Standing(id).Status);
    }

    [Fact]
    public void A_batch_can_be_voided_until_the_last_instant_before_its_expiry()
    {
        var id = _client.Create(100, Given.Day(10));
        _client.Now = Given.Day(10) - Given.Tick;

        Assert.NotNull(_client.Void(id).Change);
    }

    [Fact]
    public void A_voided_batch_stays_voided_after_its_expiry()
    {
        var id = _client.Create(100, Given.Day(10));
        _client.Now = Given.Day(1);
        _client.Void(id);
        var standing = _client.Standing(id);
        _client.Now = Given.Day(20);

        Assert.Null(_client.PostExpired());
        Assert.Equal(standing, _client.Standing(id));
        Assert.Equal(Given.Day(1), standing.UpdatedAt);
    }

    [Fact]
    public void A_void_that_is_decided_late_counts_from_the_last_change()
    {
        var id = _client.Create(100);
        _client.Now = Given.Day(2);
        _client.SetBalance(id, 50).Accepted();
        _client.Now = Given.Day(1);

        _client.Void(id);

        Assert.Equal((Given.Day(2), Given.Day(2)), (_client[id].VoidedAt, _client.LastAction.EffectiveAt));
        Assert.Equal(Given.Day(1), _client.LastAction.RecordedAt);
    }
}
