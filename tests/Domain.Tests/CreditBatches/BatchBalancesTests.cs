using Drawdown.Domain.CreditBatches;

namespace Drawdown.Domain.Tests.CreditBatches;

public sealed class BatchBalancesTests
{
    // 100 and 20 more; 60 current, 30 with learners, 25 redeemed, 5 lapsed.
    private static readonly BatchBalances Some = new(100, 20, 60, 30, 25, 5);

    [Fact]
    public void The_examples_hold() => Assert.True(Some.Hold);

    [Fact]
    public void An_action_moves_what_it_is_about_and_nothing_else()
    {
        Assert.Equal(Some with { Adjustments = 27, Current = 67 }, Some.After(CreditActionType.Adjust, 7));
        Assert.Equal(Some with { Adjustments = 13, Current = 53 }, Some.After(CreditActionType.Adjust, -7));
        Assert.Equal(Some with { Current = 53, Unspent = 37 }, Some.After(CreditActionType.Allocate, 7));
        Assert.Equal(Some with { Current = 67, Unspent = 23 }, Some.After(CreditActionType.Return, 7));
        Assert.Equal(Some with { Unspent = 23, Redeemed = 32 }, Some.After(CreditActionType.Redeem, 7));
        Assert.Equal(Some with { Current = 0, Unspent = 0, Lapsed = 95 }, Some.After(CreditActionType.Expire, 90));
        Assert.Equal(Some with { Current = 0, Unspent = 0, Lapsed = 95 }, Some.After(CreditActionType.Void, 90));
        Assert.Equal(new(7, 0, 7, 0, 0, 0), default(BatchBalances).After(CreditActionType.Grant, 7));
    }

    [Theory]
    [InlineData(CreditActionType.Adjust, -60)]
    [InlineData(CreditActionType.Allocate, 60)]
    [InlineData(CreditActionType.Return, 30)]
    [InlineData(CreditActionType.Redeem, 30)]
    public void All_that_there_is_can_be_taken_and_not_one_more(CreditActionType type, long all)
    {
        Assert.True(Some.After(type, all).Hold);
        Assert.Throws<InvalidOperationException>(() => Some.After(type, all + Math.Sign(all)));
    }

    [Theory]
    [InlineData(CreditActionType.Grant)]
    [InlineData(CreditActionType.Allocate)]
    [InlineData(CreditActionType.Return)]
    [InlineData(CreditActionType.Redeem)]
    [InlineData(CreditActionType.Expire)]
    [InlineData(CreditActionType.Void)]
    public void Nothing_but_an_adjustment_takes_less_than_nothing(CreditActionType type) =>
        Assert.Throws<InvalidOperationException>(() => Some.After(type, -1));

    [Theory]
    [InlineData(CreditActionType.Expire)]
    [InlineData(CreditActionType.Void)]
    public void What_closes_a_batch_lets_lapse_exactly_what_is_open(CreditActionType type)
    {
        Assert.Throws<InvalidOperationException>(() => Some.After(type, 89));
        Assert.Throws<InvalidOperationException>(() => Some.After(type, 91));
        Assert.Throws<InvalidOperationException>(() => Some.After(type, 0));
    }

    [Fact]
    public void What_is_no_action_is_a_bug() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Some.After((CreditActionType)99, 1));

    [Fact]
    public void A_credit_too_many_or_too_few_anywhere_breaks_the_law()
    {
        BatchBalances[] broken =
        [
            Some with
            {
                Starting = 101,
            },
            Some with
            {
                Adjustments = 19,
            },
            Some with
            {
                Current = 61,
            },
            Some with
            {
                Unspent = 29,
            },
            Some with
            {
                Redeemed = 26,
            },
            Some with
            {
                Lapsed = 4,
            },
        ];

        Assert.All(broken, balances => Assert.False(balances.Hold));
    }

    [Fact]
    public void Only_adjustments_may_be_negative()
    {
        BatchBalances[] broken =
        [
            new(-1, 1, 0, 0, 0, 0),
            new(0, 0, -1, 1, 0, 0),
            new(0, 0, 1, -1, 0, 0),
            new(0, 0, 1, 0, -1, 0),
            new(0, 0, 1, 0, 0, -1),
        ];

        Assert.All(broken, balances => Assert.False(balances.Hold));
        Assert.True(new BatchBalances(1, -1, 0, 0, 0, 0).Hold);
    }

    [Fact]
    public void What_is_allocated_is_unspent_or_redeemed_and_what_is_open_is_current_or_unspent() =>
        Assert.Equal((55L, 90L), (Some.Allocated, Some.Open));
}
