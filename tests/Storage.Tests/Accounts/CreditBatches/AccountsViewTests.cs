using Drawdown.Storage.Accounts;
using Drawdown.Testing;

namespace Drawdown.Storage.Tests.Accounts.CreditBatches;

/// <summary>Reads of a client's accounts and batches, while something is changed that is no action.</summary>
public sealed class AccountsViewTests : IAsyncLifetime
{
    private World _world = null!;
    private InMemoryTableStore _store = null!;
    private ClientAccount _client = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // What the product reads through, with hooks; the test's own requests go past them.
    private AccountSnapshot Hooked => new(_store, ClientAccount.Address);

    public async ValueTask InitializeAsync()
    {
        _world = await World.InMemory(Cancellation);
        _store = ((InMemoryTableStore)_world.Tables).Rival();
        _client = await ClientAccount.In(_world);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // An account without credits is in no batch's count: the list lacked it, and yet showed what was spent after it was opened.
    [Theory]
    [InlineData("account.")]
    [InlineData("batch.")]
    public async Task An_account_is_not_missing_beside_credits_that_were_spent_after_it_was_opened(string before)
    {
        var account = await _client.Opened();
        await _client.Created(5, account);
        var reads = 0;
        _store.Hooks.Before = async call =>
        {
            if (!call.Rows[0].StartsWith(before, StringComparison.Ordinal) || ++reads > 1)
                return;
            await _client.Opened();
            await _world.Done(_client.Redeem(account, 2));
        };

        var view = await Hooked.AccountsView(Cancellation);

        Assert.Equal((2, 3L), (view!.Accounts.Count, Assert.Single(view.Batches).Balances.Current));
        Assert.Equal(2, reads);
    }

    // A name is in no count either. Of two batches that are renamed one after the other, a read could show the second new name beside
    // the first old one.
    [Fact]
    public async Task A_batch_that_was_renamed_after_the_head_was_read_is_read_again()
    {
        var batch = await _client.Created(5);
        var reads = 0;
        _store.Hooks.Before = async call =>
        {
            if (call.Rows[0].StartsWith("batch.", StringComparison.Ordinal) && ++reads == 1)
                await _world.Done(_client.Rename(batch, "Winter"));
        };

        var view = await Hooked.BatchesView(Cancellation);

        Assert.Equal((3, "Winter"), (view!.Head.Version, Assert.Single(view.Batches).Name));
        Assert.Equal(2, reads);
    }

    [Fact]
    public async Task A_quiet_client_is_read_once()
    {
        await _client.Created(5, await _client.Opened());
        var calls = 0;
        _store.Hooks.Before = _ =>
        {
            calls++;
            return Task.CompletedTask;
        };

        await Hooked.AccountsView(Cancellation);

        Assert.Equal(3, calls);
    }

    [Fact]
    public async Task Of_a_client_that_is_not_there_nothing_is_seen() =>
        Assert.Null(await _world.Snapshot(World.Address("nobody")).AccountsView(Cancellation));
}
