using Drawdown.Domain;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.CreditBatches;
using Drawdown.Domain.Ids;
using Drawdown.Storage.Accounts;
using Drawdown.Storage.Tables;
using Drawdown.Testing;

namespace Drawdown.Storage.Tests.Accounts.CreditBatches;

/// <summary>What is written to a client's account rests on what was read of it.</summary>
public sealed class CreditBatchWritesTests : IAsyncLifetime
{
    private World _world = null!;
    private ClientAccount _client = null!;
    private Instance _instance = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _world = await World.InMemory(Cancellation);
        _client = await ClientAccount.In(_world);
        _instance = _world.NewInstance();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task What_was_read_is_replaced_under_its_etag_and_an_action_is_inserted()
    {
        var batch = await _client.Created(10);
        var allocation = await _client.Allocated(batch, 5);
        var etags = (await _world.Rows(ClientAccount.Address, "")).ToDictionary(row => row.Row, row => row.ETag);
        StoreCall? commit = null;
        _instance.OnCommit(
            before: (_, call) =>
            {
                commit = call;
                return Task.CompletedTask;
            }
        );

        await _instance.Send(_client.Redeem(allocation, 2)).Written();

        Assert.Equal(
            ["head", $"batch.{batch}", $"alloc.{allocation}", $"action.{batch}.000000003"],
            commit!.Changes.Select(change => change.Row)
        );
        Assert.All(
            commit.Changes.SkipLast(1),
            change => Assert.Equal(etags[change.Row], Assert.IsType<RowChange.Replace>(change).ETag)
        );
        Assert.IsType<RowChange.Insert>(commit.Changes[^1]);
    }

    [Fact]
    public async Task A_batch_that_changes_before_the_commit_is_decided_on_again()
    {
        var batch = await _client.Created(100);
        _instance.OnCommit(
            before: async (number, _) =>
            {
                if (number == 1)
                    await _client.Allocated(batch, 60);
            }
        );

        await _instance.Send(_client.SetBalance(batch, 50)).Written();

        Assert.Equal(2, _instance.Commits);
        Assert.Equal(new BatchBalances(100, 10, 50, 60, 0, 0), (await Read(batch)).Balances);
        await AssertWhole();
    }

    [Fact]
    public async Task Credits_that_are_revoked_before_the_commit_are_not_redeemed()
    {
        var batch = await _client.Created(100);
        var allocation = await _client.Allocated(batch, 60);
        _instance.OnCommit(
            before: (number, _) => number == 1 ? _world.Done(_client.Revoke(allocation)) : Task.CompletedTask
        );

        var refusal = await _instance.Send(_client.Redeem(allocation, 60)).Refusal();

        Assert.Equal(new Refusal.InsufficientCredits(60, 0, null), refusal);
        Assert.Equal(new BatchBalances(100, 0, 100, 0, 0, 0), (await Read(batch)).Balances);
        await AssertWhole();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Credits_that_are_spent_between_the_reads_of_allocation_and_batch_are_not_spent_again(bool revoke)
    {
        var batch = await _client.Created(100);
        var allocation = await _client.Allocated(batch, 60);
        var rivals = 0;
        _instance.Hooks.Before = async call =>
        {
            if (call.Operation is StoreOperation.Get && call.Rows[0] == $"batch.{batch}" && rivals++ == 0)
                await _world.Done(_client.Redeem(allocation, 50));
        };

        // The allocation as it was read had 60 left, the batch as it was read holds 10.
        var refusal = await _instance
            .Send(revoke ? _client.Revoke(allocation, 60) : _client.Redeem(allocation, 60))
            .Refusal();

        Assert.Equal(new Refusal.InsufficientCredits(60, 10, null), refusal);
        await AssertWhole();
    }

    [Fact]
    public async Task Credits_that_lapse_before_the_commit_are_not_redeemed()
    {
        var expiry = World.Start.AddDays(1);
        var batch = await _client.Created(100, expiresOn: expiry);
        var allocation = await _client.Allocated(batch, 60);
        _world.Now = expiry.AddMilliseconds(-1);
        var request = _client.Redeem(allocation, 60);
        // The timer comes in between. The request is decided again, and for it the expiry is still to come.
        _world.Now = expiry;
        var timer = _client.Expire(batch);
        _instance.OnCommit(before: (number, _) => number == 1 ? _world.Done(timer) : Task.CompletedTask);

        var refusal = await _instance.Send(request).Refusal();

        Assert.Equal(new Refusal.InsufficientCredits(60, 0, null), refusal);
        Assert.Equal(new BatchBalances(100, 0, 0, 0, 0, 100), (await Read(batch)).Balances);
        await AssertWhole();
    }

    [Fact]
    public async Task Two_redemptions_from_an_account_never_spend_the_same_credits()
    {
        var account = await _client.Opened();
        for (var batch = 0; batch < 3; batch++)
            await _client.Created(10, account);
        _instance.OnCommit(
            before: (number, _) => number == 1 ? _world.Done(_client.Redeem(account, 15)) : Task.CompletedTask
        );

        await _instance.Send(_client.Redeem(account, 15)).Written();

        var view = await AssertWhole();
        Assert.All(view.Batches, batch => Assert.Equal((0L, 10L), (batch.Balances.Current, batch.Balances.Redeemed)));
        Assert.Equal(30, view.Allocations.Sum(allocation => allocation.Redeemed));
    }

    [Fact]
    public async Task The_largest_redemption_is_one_transaction_with_its_idempotency_key()
    {
        var account = await _client.Opened();
        for (var batch = 0; batch < AllocationDecisions.MaxBatchesPerRedemption; batch++)
            await _client.Created(1, account);
        var rows = 0;
        _instance.OnCommit(
            before: (_, call) =>
            {
                rows = call.Changes.Count;
                return Task.CompletedTask;
            }
        );

        await _instance
            .Send(_client.Redeem(account, AllocationDecisions.MaxBatchesPerRedemption, key: "once"))
            .Written();

        Assert.Equal((1, 98), (_instance.Commits, rows));
        Assert.True(rows <= TableLimits.RowsPerTransaction);
        await AssertWhole();
    }

    [Fact]
    public async Task A_batch_cannot_be_created_twice()
    {
        var id = await _client.Created(10);

        Assert.IsType<Refusal.Conflict>(await _instance.Send(_client.Create(id, 20)).Refusal());

        Assert.Equal(10, (await Read(id)).Balances.Starting);
    }

    [Fact]
    public async Task What_was_not_read_cannot_be_replaced()
    {
        var batch = await _client.Created(10);
        var allocation = await _client.Allocated(batch, 5);
        var view = await AssertWhole();

        await AssertRefused(new(view.Head) { Batches = [view.Batches[0] with { Balances = default }] });
        await AssertRefused(new(view.Head) { Allocations = [view.Allocations[0] with { Amount = 500 }] });
        await AssertRefused(new(view.Head) { Actions = [view.Actions[0] with { Amount = 500 }] });

        var after = await AssertWhole();
        Assert.Equal(view.Batches, after.Batches);
        Assert.Equal((allocation, 5L), (after.Allocations[0].Id, after.Allocations[0].Amount));
    }

    private async Task AssertRefused(AccountChange change)
    {
        var request = _world.Nothing(ClientAccount.Address);
        var writing = _instance.Writer.Write(
            request.Operation,
            async (snapshot, cancellation) =>
            {
                var head = (await snapshot.Head(cancellation))!;
                return new Decided(head, change with { Head = head.Next() }, Storage.Idempotency.StoredAnswer.None);
            },
            Cancellation
        );
        Assert.IsType<Refusal.Conflict>(await writing.Refusal());
    }

    private async Task<CreditBatch> Read(CreditBatchId id) => (await _client.Snapshot.CreditBatch(id, Cancellation))!;

    private async Task<Storage.Accounts.CreditBatches.ActionsView> AssertWhole()
    {
        var view = (await _client.Snapshot.ActionsView(Cancellation))!;
        Assert.Empty(ActionAudit.Verify(view.Head, view.Batches, view.Allocations, view.Actions).Faults);
        return view;
    }
}
