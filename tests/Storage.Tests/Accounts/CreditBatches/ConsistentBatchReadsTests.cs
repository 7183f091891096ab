using Drawdown.Domain.CreditBatches;
using Drawdown.Domain.Ids;
using Drawdown.Storage.Accounts;
using Drawdown.Storage.Accounts.CreditBatches;
using Drawdown.Storage.Tables;
using Drawdown.Testing;

namespace Drawdown.Storage.Tests.Accounts.CreditBatches;

/// <summary>Reads of a client's rows while a transaction is half visible, or commits between two of their calls.</summary>
public sealed class ConsistentBatchReadsTests : IAsyncLifetime
{
    // What a redemption from an account of two batches writes: the head, two batches, two allocations, four actions.
    private const int Rows = 9;

    private World _world = null!;
    private InMemoryTableStore _store = null!;
    private ClientAccount _client = null!;

    // The first bits of a part; each test tries all of the others.
    public static TheoryData<int> FirstBits => [.. Enumerable.Range(0, 1 << 3)];

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

    [Theory]
    [MemberData(nameof(FirstBits))]
    public async Task Whatever_part_of_a_transaction_is_visible_no_view_is_inconsistent(int first)
    {
        for (var rest = 0; rest < 1 << (Rows - 3); rest++)
        {
            await InitializeAsync();
            var account = await _client.Opened();
            var batches = new[] { await _client.Created(5, account), await _client.Created(5, account) };
            var commit = await _world.Prepared(_client.Redeem(account, 8));
            Assert.Equal(Rows, commit.Changes.Count);
            var part = first | (rest << 3);
            await _world.Show(commit, part);

            if (await Read(snapshot => snapshot.BatchesView(Cancellation)) is { } some)
                IsConsistent(some);
            if (await Read(snapshot => snapshot.ActionsView(Cancellation)) is { } all)
                IsConsistent(all);
            foreach (var id in batches)
                if (await Read(snapshot => snapshot.BatchActionsView(id, Cancellation)) is { } one)
                    IsConsistent(one);
        }
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData((1 << Rows) - 1, 6)]
    public async Task Before_and_after_a_transaction_all_views_are_there(int part, int actions)
    {
        var account = await _client.Opened();
        var id = await _client.Created(5, account);
        await _client.Created(5, account);
        await _world.Show(await _world.Prepared(_client.Redeem(account, 8)), part);

        Assert.Equal(actions, (await Read(snapshot => snapshot.BatchesView(Cancellation)))!.Head.LastSeq);
        Assert.Equal(actions, (await Read(snapshot => snapshot.ActionsView(Cancellation)))!.Actions.Count);
        var one = (await Read(snapshot => snapshot.BatchActionsView(id, Cancellation)))!;
        Assert.Equal((actions / 2, account), (one.Actions.Count, one.Account!.Id));
    }

    [Theory]
    [InlineData("batch.", 1)]
    [InlineData("batch.", 19)]
    [InlineData("head", 1)]
    public async Task A_torn_read_of_the_batches_is_read_again_until_it_is_whole(string visible, int torn)
    {
        var batch = await _client.Created(5);
        var commit = await _world.Prepared(_client.SetBalance(batch, 3));
        await _world.Show(commit, row => IsOf(visible, row));
        var reads = 0;
        _store.Hooks.After = call =>
            call.Operation is StoreOperation.Range && ++reads == torn
                ? _world.Show(commit, row => !IsOf(visible, row))
                : Task.CompletedTask;

        var view = await Hooked.BatchesView(Cancellation);

        Assert.Equal(torn + 1, reads);
        Assert.Equal(2, view!.Head.LastSeq);
        IsConsistent(view);
    }

    [Theory]
    [InlineData("head")]
    [InlineData("batch.")]
    [InlineData("alloc.")]
    [InlineData("action.")]
    public async Task A_read_of_everything_in_which_one_kind_of_row_is_old_is_read_again(string hidden)
    {
        var allocation = await _client.Allocated(await _client.Created(5), 4);
        var commit = await _world.Prepared(_client.Redeem(allocation, 3));
        await _world.Show(commit, row => !IsOf(hidden, row));
        var heads = 0;
        _store.Hooks.Before = call =>
            call.Rows is ["head"] && ++heads == 2 ? _world.Show(commit, row => IsOf(hidden, row)) : Task.CompletedTask;

        var view = await Hooked.ActionsView(Cancellation);

        Assert.Equal(2, heads);
        Assert.Equal(3, view!.Head.LastSeq);
        IsConsistent(view);
    }

    [Theory]
    [InlineData("head")]
    [InlineData("batch.")]
    [InlineData("alloc.")]
    [InlineData("action.")]
    public async Task A_read_of_everything_in_which_one_kind_of_row_is_new_is_read_again(string visible)
    {
        var allocation = await _client.Allocated(await _client.Created(5), 4);
        var commit = await _world.Prepared(_client.Redeem(allocation, 3));
        await _world.Show(commit, row => IsOf(visible, row));
        var heads = 0;
        _store.Hooks.Before = call =>
            call.Rows is ["head"] && ++heads == 2
                ? _world.Show(commit, row => !IsOf(visible, row))
                : Task.CompletedTask;

        var view = await Hooked.ActionsView(Cancellation);

        Assert.Equal(2, heads);
        IsConsistent(view!);
    }

    [Theory]
    [InlineData("batch.")]
    [InlineData("action.")]
    public async Task A_torn_read_of_one_batch_is_read_again_until_it_is_whole(string visible)
    {
        var batch = await _client.Created(5);
        var commit = await _world.Prepared(_client.SetBalance(batch, 3));
        await _world.Show(commit, row => IsOf(visible, row));
        var heads = 0;
        _store.Hooks.Before = call =>
            call.Rows is ["head"] && ++heads == 2
                ? _world.Show(commit, row => !IsOf(visible, row))
                : Task.CompletedTask;

        var view = await Hooked.BatchActionsView(batch, Cancellation);

        Assert.Equal(2, heads);
        Assert.Equal(2, view!.Actions.Count);
        IsConsistent(view);
    }

    [Fact]
    public async Task A_client_that_is_read_torn_twenty_times_is_not_available()
    {
        var batch = await _client.Created(5);
        await _world.Show(await _world.Prepared(_client.SetBalance(batch, 3)), row => row == "head");
        var reads = 0;
        _store.Hooks.Before = call =>
        {
            reads += call.Rows is ["head"] ? 1 : 0;
            return Task.CompletedTask;
        };

        await Assert.ThrowsAsync<StorageUnavailableException>(() => Hooked.BatchesView(Cancellation));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => Hooked.ActionsView(Cancellation));

        Assert.Equal(40, reads);
    }

    [Theory]
    [InlineData("batch.")]
    [InlineData("alloc.")]
    [InlineData("action.")]
    public async Task An_audit_sees_a_row_that_was_removed_though_nobody_writes(string kind)
    {
        await _client.Allocated(await _client.Created(5), 4);
        var removed = (await _world.Rows(ClientAccount.Address, kind))[0];
        await _world.Tables.Commit(
            StorageTables.Accounts,
            removed.Partition,
            [new RowChange.Delete(removed.Row, "*")],
            Cancellation
        );

        var view = await _client.Snapshot.ActionsToAudit(Cancellation);

        Assert.NotEmpty(Audited(view!));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => _client.Snapshot.ActionsView(Cancellation));
    }

    [Fact]
    public async Task An_audit_of_a_whole_ledger_finds_nothing()
    {
        var account = await _client.Opened();
        var batch = await _client.Created(5, account, World.Start.AddDays(1));
        await _world.Done(_client.Redeem(account, 3));
        await _client.Allocated(batch, 1);
        _world.Now = World.Start.AddDays(2);
        await _world.Done(_client.Expire(batch));

        var view = await _client.Snapshot.ActionsToAudit(Cancellation);

        Assert.Equal((5L, 5), (view!.Head.LastSeq, view.Actions.Count));
        Assert.Empty(Audited(view));
    }

    [Fact]
    public async Task An_audit_takes_no_client_for_broken_that_keeps_changing()
    {
        await _client.Created(5);
        var reads = 0;
        _store.Hooks.Before = async call =>
        {
            if (call.Operation is not StoreOperation.Range || !IsOf("batch.", call.Rows[0]))
                return;
            reads++;
            await _client.Created(1);
        };

        await Assert.ThrowsAsync<StorageUnavailableException>(() => Hooked.ActionsToAudit(Cancellation));

        Assert.Equal(20, reads);
    }

    [Fact]
    public async Task A_quiet_client_is_read_once()
    {
        var account = await _client.Opened();
        var batch = await _client.Created(5, account);
        var allocation = await _client.Allocated(batch, 1);
        var calls = 0;
        _store.Hooks.Before = _ =>
        {
            calls++;
            return Task.CompletedTask;
        };

        await Hooked.BatchesView(Cancellation);
        Assert.Equal(2, calls);
        await Hooked.ActionsView(Cancellation);
        Assert.Equal(6, calls);
        await Hooked.BatchActionsView(batch, Cancellation);
        Assert.Equal(10, calls);
        await Hooked.AllocationView(allocation, World.Start, Cancellation);
        Assert.Equal(13, calls);
        await _world.Done(_client.Void(batch));
        await Hooked.AllocationView(allocation, World.Start, Cancellation);
        Assert.Equal(17, calls);
    }

    [Fact]
    public async Task What_is_not_there_is_null_and_not_torn()
    {
        var nowhere = _world.Snapshot(World.Address("nobody"));
        var id = RoutedUuid.Mint(ClientAccount.Address.Route, World.Start, 1);

        Assert.Null(await nowhere.BatchesView(Cancellation));
        Assert.Null(await nowhere.ActionsView(Cancellation));
        Assert.Null(await nowhere.ActionsToAudit(Cancellation));
        Assert.Null(await nowhere.BatchActionsView(new(id), Cancellation));
        Assert.Null(await nowhere.AllocationView(new(id), World.Start, Cancellation));
        Assert.Null(await _client.Snapshot.BatchActionsView(new(id), Cancellation));
        Assert.Null(await _client.Snapshot.AllocationView(new(id), World.Start, Cancellation));
        Assert.Empty((await _client.Snapshot.BatchesView(Cancellation))!.Batches);
        Assert.Empty((await _client.Snapshot.ActionsView(Cancellation))!.Actions);
    }

    [Fact]
    public async Task A_set_of_rows_cannot_be_read_before_the_head()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => _client.Snapshot.CreditBatches(Cancellation));
        await Assert.ThrowsAsync<InvalidOperationException>(() => _client.Snapshot.CreditAllocations(Cancellation));
    }

    public static TheoryData<string> Orders => ["rvd", "rdv", "vrd", "vdr", "drv", "dvr"];

    /// <summary>
    /// A revocation, a redemption (d) and a void come in every order, before, between or after any of the view's calls. What the
    /// view shows of the learner's credits was true at one time.
    /// </summary>
    [Theory]
    [MemberData(nameof(Orders))]
    public async Task An_allocation_is_never_seen_in_a_state_that_never_was(string order)
    {
        var closed = 0;
        // The view makes three calls, and a fourth in a closed batch.
        for (var first = 0; first <= 4; first++)
        for (var second = first; second <= 4; second++)
        for (var third = second; third <= 4; third++)
        {
            await InitializeAsync();
            var batch = await _client.Created(50);
            var id = await _client.Allocated(batch, 40);
            var states = new List<string> { await True(id) };
            var (calls, done) = (0, 0);
            int[] places = [first, second, third];
            _store.Hooks.Before = async _ =>
            {
                for (; done < 3 && places[done] == calls; done++)
                {
                    await _world.NewInstance().Send(Rival(order[done], batch, id));
                    states.Add(await True(id));
                }
                calls++;
            };

            var view = await Hooked.AllocationView(id, World.Start, Cancellation);

            Assert.Contains(Told(view!), states);
            closed += view!.Batch.VoidedAt is null ? 0 : 1;
        }
        Assert.InRange(closed, 1, 34);
    }

    private Request Rival(char kind, CreditBatchId batch, CreditAllocationId id) =>
        kind switch
        {
            'r' => _client.Revoke(id, 7),
            'd' => _client.Redeem(id, 11),
            _ => _client.Void(batch),
        };

    private async Task<string> True(CreditAllocationId id)
    {
        var view = (await _client.Snapshot.ActionsView(Cancellation))!;
        var allocation = view.Allocations.Single(allocation => allocation.Id == id);
        return Told(new(view.Head, allocation, view.Batches.Single(batch => batch.Id == allocation.Batch)));
    }

    private static string Told(AllocationView view)
    {
        var standing = view.Allocation.StandingIn(view.Batch.StandingAt(World.Start));
        return $"{standing.Unspent} unspent, {view.Allocation.Redeemed} redeemed, {view.Allocation.Returned} returned, "
            + $"{standing.Lapsed} lapsed";
    }

    private static bool IsOf(string kind, string row) => row.StartsWith(kind, StringComparison.Ordinal);

    private static IEnumerable<string> Audited(ActionsView view) =>
        ActionAudit.Verify(view.Head, view.Batches, view.Allocations, view.Actions).Faults;

    private static void IsConsistent(BatchesView view)
    {
        Assert.Equal(view.Head.LastSeq, view.Batches.Sum(batch => batch.Entries));
        Assert.Equal(view.Head.LastSeq, view.Batches.Max(batch => batch.LastSeq));
        Assert.All(view.Batches, batch => Assert.True(batch.Balances.Hold));
    }

    private static void IsConsistent(ActionsView view) => Assert.Empty(Audited(view));

    private static void IsConsistent(BatchActionsView view)
    {
        Assert.Equal(Enumerable.Range(1, view.Batch.Entries), view.Actions.Select(action => action.Ordinal));
        Assert.Equal((view.Batch.LastSeq, view.Batch.Balances), (view.Actions[^1].Seq, view.Actions[^1].After));
    }

    // What a view shows; null when it is not available.
    private async Task<T?> Read<T>(Func<AccountSnapshot, Task<T?>> view)
        where T : class
    {
        try
        {
            return await view(_client.Snapshot);
        }
        catch (StorageUnavailableException)
        {
            return null;
        }
    }
}
