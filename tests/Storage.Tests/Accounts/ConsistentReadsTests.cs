using Drawdown.Domain;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Ledger;
using Drawdown.Storage.Accounts;
using Drawdown.Storage.Tables;
using Drawdown.Testing;

namespace Drawdown.Storage.Tests.Accounts;

/// <summary>Reads of several rows while a transaction is half visible, or commits between two of their calls.</summary>
public sealed class ConsistentReadsTests : IAsyncLifetime
{
    private World _world = null!;
    private InMemoryTableStore _store = null!;
    private AccountAddress _account;

    // The rows of a drawdown of two credits: the head, two credits, two entries and the drawdown itself.
    public static TheoryData<int> AllParts => [.. Enumerable.Range(0, 1 << 6)];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _world = await World.InMemory(Cancellation);
        _store = ((InMemoryTableStore)_world.Tables).Rival();
        _account = await _world.Customer("ada");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [MemberData(nameof(AllParts))]
    public async Task Whatever_part_of_a_transaction_is_visible_no_view_is_inconsistent(int part)
    {
        var credits = new[] { await _world.Granted(_account, 5m), await _world.Granted(_account, 5m) };
        var commit = await _world.Prepared(_world.Draw(_account, 8m));
        Assert.Equal(6, commit.Changes.Count);
        await _world.Show(commit, part);

        if (await Read(snapshot => snapshot.CreditsView(Cancellation)) is { } all)
            IsConsistent(all);
        if (await Read(snapshot => snapshot.LedgerView(Cancellation)) is { } ledger)
            IsConsistent(ledger);
        foreach (var id in credits)
            if (await Read(snapshot => snapshot.CreditView(id, Cancellation)) is { } one)
                IsConsistent(one);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData((1 << 6) - 1, 4)]
    public async Task Before_and_after_a_transaction_all_views_are_there(int part, int entries)
    {
        var id = await _world.Granted(_account, 5m);
        await _world.Granted(_account, 5m);
        await _world.Show(await _world.Prepared(_world.Draw(_account, 8m)), part);

        Assert.Equal(entries, (await Read(snapshot => snapshot.CreditsView(Cancellation)))!.Head.LastSeq);
        Assert.Equal(entries, (await Read(snapshot => snapshot.LedgerView(Cancellation)))!.Entries.Count);
        Assert.Equal(entries / 2, (await Read(snapshot => snapshot.CreditView(id, Cancellation)))!.Entries.Length);
    }

    [Fact]
    public async Task What_is_read_beside_the_head_is_never_newer_than_the_credits()
    {
        await _world.Granted(_account, 5m);
        var beside = new TaskCompletionSource();

        var reading = new AccountSnapshot(_store, _account).CreditsView(Cancellation, beside.Task);
        // The head has been read, and what is beside it has not: now somebody draws, and that is what it then shows.
        await _world.Done(_world.Draw(_account, 2m));
        beside.SetResult();

        Assert.Equal(2, (await reading)!.Head.LastSeq);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(19)]
    public async Task A_torn_read_is_read_again_until_it_is_whole(int torn)
    {
        await _world.Granted(_account, 5m);
        var commit = await _world.Prepared(_world.Draw(_account, 5m));
        // The credit is visible, the head is not.
        await _world.Show(commit, rows: row => row.StartsWith("credit.", StringComparison.Ordinal));
        var reads = 0;
        _store.Hooks.After = call =>
            call.Operation is StoreOperation.Range && ++reads == torn
                ? _world.Show(commit, rows: row => !row.StartsWith("credit.", StringComparison.Ordinal))
                : Task.CompletedTask;

        var view = await new AccountSnapshot(_store, _account).CreditsView(Cancellation);

        Assert.Equal(torn + 1, reads);
        Assert.Equal(2, view!.Head.LastSeq);
        IsConsistent(view);
    }

    [Fact]
    public async Task An_account_that_is_read_torn_twenty_times_is_not_available()
    {
        await _world.Granted(_account, 5m);
        var commit = await _world.Prepared(_world.Draw(_account, 5m));
        await _world.Show(commit, rows: row => row == "head");
        var reads = 0;
        _store.Hooks.Before = call =>
        {
            reads += call.Operation is StoreOperation.Range ? 1 : 0;
            return Task.CompletedTask;
        };

        await Assert.ThrowsAsync<StorageUnavailableException>(() =>
            new AccountSnapshot(_store, _account).CreditsView(Cancellation)
        );

        Assert.Equal(20, reads);
    }

    [Fact]
    public async Task An_audit_sees_what_does_not_belong_together_though_nobody_writes()
    {
        await _world.Granted(_account, 5m);
        await _world.Show(await _world.Prepared(_world.Draw(_account, 5m)), rows: row => row == "head");

        var view = await _world.Snapshot(_account).LedgerToAudit(Cancellation);

        Assert.Equal((2, 1), (view!.Head.LastSeq, view.Entries.Count));
        Assert.NotEmpty(LedgerAudit.Verify(view.Head, view.Credits, view.Entries).Faults);
    }

    [Fact]
    public async Task An_audit_takes_no_account_for_broken_that_keeps_changing()
    {
        await _world.Granted(_account, 5m);
        var reads = 0;
        _store.Hooks.Before = async call =>
        {
            if (call.Operation is not StoreOperation.Range || IsEntry(call.Rows[0]))
                return;
            reads++;
            await _world.Granted(_account, 1m);
        };

        await Assert.ThrowsAsync<StorageUnavailableException>(() =>
            new AccountSnapshot(_store, _account).LedgerToAudit(Cancellation)
        );

        Assert.Equal(20, reads);
    }

    [Fact]
    public async Task A_quiet_account_is_read_once()
    {
        var id = await _world.Granted(_account, 5m);
        var calls = 0;
        _store.Hooks.Before = _ =>
        {
            calls++;
            return Task.CompletedTask;
        };

        await new AccountSnapshot(_store, _account).CreditsView(Cancellation);
        Assert.Equal(2, calls);
        await new AccountSnapshot(_store, _account).CreditView(id, Cancellation);
        Assert.Equal(5, calls);
        await new AccountSnapshot(_store, _account).LedgerView(Cancellation);
        Assert.Equal(8, calls);
    }

    [Fact]
    public async Task What_is_not_there_is_null_and_not_torn()
    {
        var nowhere = new AccountSnapshot(_world.Tables, World.Address("nobody"));
        var id = new CreditId(RoutedHex.Mint(_account.Route, World.Start, 1));

        Assert.Null(await nowhere.CreditsView(Cancellation));
        Assert.Null(await nowhere.LedgerView(Cancellation));
        Assert.Null(await nowhere.LedgerToAudit(Cancellation));
        Assert.Null(await nowhere.CreditView(id, Cancellation));
        Assert.Null(await _world.Snapshot(_account).CreditView(id, Cancellation));
        Assert.Empty((await _world.Snapshot(_account).CreditsView(Cancellation))!.Credits);
        Assert.Empty((await _world.Snapshot(_account).LedgerView(Cancellation))!.Entries);
    }

    [Fact]
    public async Task A_transaction_between_two_pages_of_credits_is_not_seen_by_half()
    {
        // More than one page; the first and the last credit expire soonest and are drawn first.
        var soon = World.Start.AddDays(1);
        await _world.Granted(_account, 5m, soon);
        for (var credit = 0; credit < TableLimits.RowsPerPage; credit++)
            await _world.Granted(_account, 1m);
        await _world.Granted(_account, 5m, soon);
        var pages = 0;
        _store.Hooks.Before = call =>
            call.Operation is StoreOperation.Range && ++pages == 2
                ? _world.Done(_world.Draw(_account, 10m))
                : Task.CompletedTask;

        var view = await new AccountSnapshot(_store, _account).CreditsView(Cancellation);

        Assert.Equal(4, pages);
        IsConsistent(view!);
        Assert.Equal(TableLimits.RowsPerPage, view!.Credits.Sum(credit => credit.Remaining));
    }

    [Fact]
    public async Task Entries_of_which_one_is_missing_and_another_too_new_are_not_taken_for_all()
    {
        // On the first page of entries those of the first credit, on the second those of the last.
        var first = await _world.Granted(_account, 5m, World.Start.AddDays(2));
        await _world.Granted(_account, TableLimits.RowsPerPage, World.Start.AddDays(1));
        var last = await _world.Granted(_account, 5m, World.Start.AddDays(3));
        for (var entry = 0; entry < TableLimits.RowsPerPage; entry++)
            await _world.Done(_world.Draw(_account, 1m));
        var half = await _world.Prepared(_world.Draw(_account, 5m));
        await _world.Show(half, rows: row => !IsEntry(row));
        var pages = 0;
        _store.Hooks.Before = async call =>
        {
            // Between the two pages the entry appears, and the next transaction follows.
            if (call.Operation is not StoreOperation.Range || !IsEntry(call.Rows[0]) || ++pages != 2)
                return;
            await _world.Show(half, rows: IsEntry);
            await _world.Done(_world.Draw(_account, 5m));
        };

        var view = await new AccountSnapshot(_store, _account).LedgerView(Cancellation);

        Assert.Equal(0m, (await _world.Credit(first)).Remaining + (await _world.Credit(last)).Remaining);
        IsConsistent(view!);
    }

    [Fact]
    public async Task A_drawdown_is_not_refused_for_credits_that_a_torn_read_does_not_show()
    {
        await _world.Granted(_account, 5m);
        var commit = await _world.Prepared(_world.Grant(_account, 5m));
        await _world.Show(commit, rows: row => row == "head");
        var reads = 0;
        var instance = _world.NewInstance();
        instance.Hooks.After = call =>
            call.Operation is StoreOperation.Range && ++reads == 1
                ? _world.Show(commit, rows: row => row != "head")
                : Task.CompletedTask;

        await instance.Send(_world.Draw(_account, 10m)).Written();

        Assert.All((await _world.Ledger(_account)).Credits, credit => Assert.Equal(0m, credit.Remaining));
    }

    [Fact]
    public async Task A_set_of_rows_cannot_be_read_before_the_head()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => _world.Snapshot(_account).Credits(Cancellation));
    }

    [Fact]
    public async Task A_row_that_was_not_read_cannot_be_replaced()
    {
        var id = await _world.Granted(_account, 5m);
        var credit = await _world.Credit(id);
        var request = _world.Nothing(_account);
        var instance = _world.NewInstance();

        var writing = instance.Writer.Write(
            request.Operation,
            async (snapshot, cancellation) =>
            {
                var head = (await snapshot.Head(cancellation))!;
                var change = new Domain.Accounts.AccountChange(head with { Version = head.Version + 1 })
                {
                    Credits = [credit with { Remaining = 500m }],
                };
                return new Decided(head, change, Storage.Idempotency.StoredAnswer.None);
            },
            Cancellation
        );

        Assert.IsType<Refusal.Conflict>(await writing.Refusal());
        Assert.Equal(5m, (await _world.Credit(id)).Remaining);
    }

    private static bool IsEntry(string row) => row.StartsWith("entry.", StringComparison.Ordinal);

    private static void IsConsistent(CreditsView view)
    {
        Assert.Equal(view.Head.LastSeq, view.Credits.Sum(credit => credit.Entries));
        Assert.All(view.Credits, credit => Assert.True(credit.Balances));
        // A drawdown takes 8 of 10, or nothing.
        Assert.Equal(view.Head.LastSeq, view.Credits.Max(credit => credit.LastSeq));
    }

    private static void IsConsistent(LedgerView view) =>
        Assert.Empty(LedgerAudit.Verify(view.Head, view.Credits, view.Entries).Faults);

    private static void IsConsistent(CreditView view)
    {
        Assert.True(view.Credit.Balances);
        Assert.Equal(Enumerable.Range(1, view.Credit.Entries), view.Entries.Select(entry => entry.Ordinal));
        Assert.Equal(view.Credit.LastSeq, view.Entries[^1].Seq);
        Assert.Equal(view.Credit.Remaining, view.Entries.Sum(entry => entry.Amount));
    }

    // What a view shows; null when it is not available.
    private async Task<T?> Read<T>(Func<AccountSnapshot, Task<T?>> view)
        where T : class
    {
        try
        {
            return await view(_world.Snapshot(_account));
        }
        catch (StorageUnavailableException)
        {
            return null;
        }
    }
}
