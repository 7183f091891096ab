using Drawdown.Domain;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.Credits;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Ledger;
using Drawdown.Functions.Api;
using Drawdown.Functions.Upkeep;
using Drawdown.Storage;
using Drawdown.Storage.Accounts;
using Drawdown.Storage.Agenda;
using Drawdown.Storage.Idempotency;
using Drawdown.Testing;

namespace Drawdown.Functions.Tests.Upkeep;

/// <summary>What the expiry timer posts, and which items of the agenda it takes for settled.</summary>
public sealed class CreditExpiryTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Expiry = World.Start.AddDays(1);
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    private World _world = null!;
    private Instance _timer = null!;
    private AccountAddress _account;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _world = await World.InMemory(Cancellation);
        _timer = _world.NewInstance();
        _account = await _world.Customer("ada");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task What_is_left_is_posted_as_of_the_expiry_whenever_the_timer_runs()
    {
        var id = await _world.Granted(_account, 10m, Expiry);
        await _world.Done(_world.Draw(_account, 4m));
        var late = Expiry.AddDays(3);

        Assert.Equal(1, await Sweep(late));

        var entry = (await _world.Ledger(_account)).Entries[^1];
        Assert.Equal((EntryType.Expire, -6m, id), (entry.Type, entry.Amount, entry.Credit));
        Assert.Equal((Expiry, late), (entry.EffectiveAt, entry.RecordedAt));
        Assert.Equal("timer:DeactivateExpiredCredits", entry.Actor);
        Assert.Equal((0m, 6m), await Totals(id));
        Assert.Empty(await Agenda());
    }

    [Fact]
    public async Task Nothing_happens_before_the_expiry()
    {
        await _world.Granted(_account, 10m, Expiry);

        Assert.Equal(0, await Sweep(Expiry.AddTicks(-1)));

        Assert.Single((await _world.Ledger(_account)).Entries);
        Assert.Single(await Agenda());
    }

    [Fact]
    public async Task A_credit_of_which_nothing_is_left_is_settled_without_a_commit()
    {
        await _world.Granted(_account, 10m, Expiry);
        await _world.Done(_world.Draw(_account, 10m));
        _timer.OnCommit();

        Assert.Equal(1, await Sweep(Expiry));

        Assert.Equal(0, _timer.Commits);
        Assert.Empty(await Agenda());
    }

    [Fact]
    public async Task An_expiry_is_posted_once_however_often_the_timer_runs()
    {
        var id = await _world.Granted(_account, 10m, Expiry);
        await Sweep(Expiry);
        // As if the first run had been stopped before it struck the item off.
        await _timer.Agenda.Add(new(AgendaKind.Expire, Expiry, _account, id.ToString()), Cancellation);

        Assert.Equal(1, await Sweep(Expiry + Interval));

        Assert.Equal(2, (await _world.Ledger(_account)).Entries.Count);
        Assert.Empty(await Agenda());
    }

    [Fact]
    public async Task Two_timers_at_once_post_an_expiry_once()
    {
        var id = await _world.Granted(_account, 10m, Expiry);
        var other = _world.NewInstance();
        _timer.OnCommit(before: (number, _) => number == 1 ? Sweep(Expiry, other) : Task.CompletedTask);

        Assert.Equal(1, await Sweep(Expiry));

        Assert.Equal((0m, 10m), await Totals(id));
        Assert.Empty(await Agenda());
    }

    [Fact]
    public async Task A_drawdown_that_comes_first_leaves_less_to_expire()
    {
        var id = await _world.Granted(_account, 10m, Expiry);
        // It was decided just before the expiry, and commits just before the timer does.
        _timer.OnCommit(
            before: (number, _) => number == 1 ? _world.Done(_world.Draw(_account, 7m)) : Task.CompletedTask
        );

        await Sweep(Expiry);

        Assert.Equal((0m, 3m), await Totals(id));
        await _world.Ledger(_account);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_credit_that_is_still_to_be_committed_is_posted_when_it_is_there(bool withAccount)
    {
        var account = withAccount ? _account : World.Address("bob");
        var grant = _world.Grant(account, 10m, expiresAt: Expiry);
        foreach (var item in grant.Operation.Due)
            await _timer.Agenda.Add(item, Cancellation);

        Assert.Equal(0, await Sweep(Expiry));
        Assert.Single(await Agenda());
        if (!withAccount)
            await _world.Customer("bob");
        await _world.Done(grant with { Operation = grant.Operation with { Due = [] } });
        Assert.Equal(1, await Sweep(Expiry + Interval));

        Assert.Equal((0m, 10m), await Totals(grant.Credit!.Value));
        Assert.Empty(await Agenda());
    }

    [Fact]
    public async Task The_item_of_a_credit_that_never_came_goes_after_its_grace()
    {
        var grant = _world.Grant(_account, 10m, expiresAt: Expiry);
        foreach (var item in grant.Operation.Due)
            await _timer.Agenda.Add(item, Cancellation);

        for (var run = 0; run <= 4; run++)
            Assert.Equal(0, await Sweep(Expiry + Interval * run));

        Assert.Empty(await Agenda());
    }

    [Fact]
    public async Task A_credit_whose_expiry_was_moved_expires_at_the_new_one()
    {
        var id = await _world.Granted(_account, 10m, Expiry);
        var later = Expiry.AddDays(30);
        await _world.Done(Moving(id, later));

        Assert.Equal(0, await Sweep(Expiry + TimeSpan.FromHours(1)));
        Assert.Equal((10m, 0m), await Totals(id));
        Assert.Equal(1, await Sweep(later));

        Assert.Equal((0m, 10m), await Totals(id));
        Assert.Empty(await Agenda());
    }

    [Fact]
    public async Task More_credits_than_a_transaction_holds_are_posted_in_several()
    {
        const int many = 2 * CreditDecisions.MaxCreditsPerOperation + 10;
        for (var credit = 0; credit < many; credit++)
            await _world.Granted(_account, 1m, Expiry);
        _timer.OnCommit();

        Assert.Equal(many, await Sweep(Expiry));

        Assert.Equal(3, _timer.Commits);
        Assert.All(
            (await _world.Ledger(_account)).Credits,
            credit => Assert.Equal((0m, 1m), (credit.Remaining, credit.Expired))
        );
        Assert.Empty(await Agenda());
    }

    [Fact]
    public async Task It_costs_what_is_due_however_much_is_not()
    {
        foreach (var expiry in Enumerable.Range(1, 10))
            await _world.Granted(_account, 1m, Expiry.AddMinutes(-expiry));
        for (var live = 0; live < 500; live++)
            await _world.Granted(_account, 1m, Expiry.AddDays(live + 1));
        var calls = 0;
        _timer.Hooks.Before = _ =>
        {
            calls++;
            return Task.CompletedTask;
        };

        Assert.Equal(10, await Sweep(Expiry));

        // Watermark, scan, head, ten credits, commit, strike off, watermark; nothing of it for a credit that lives on.
        Assert.Equal(16, calls);
    }

    [Fact]
    public async Task What_comes_back_into_an_expired_credit_lapses_with_the_next_run()
    {
        var id = await _world.Granted(_account, 10m, Expiry);
        var draw = _world.Draw(_account, 4m);
        await _world.Done(draw);
        await Sweep(Expiry);
        _world.Now = Expiry.AddDays(1);

        await _world.NewInstance().Send(Reversing(draw.Drawdown!.Value));
        Assert.Equal((4m, 6m), await Totals(id));
        await Sweep(_world.Now + Interval);

        Assert.Equal((0m, 10m), await Totals(id));
        var entry = (await _world.Ledger(_account)).Entries[^1];
        Assert.Equal((EntryType.Expire, -4m, _world.Now), (entry.Type, entry.Amount, entry.EffectiveAt));
        // Its item may be another reversal's that is still on its way, so it is kept for the grace, and no longer.
        for (var run = 2; run <= 4; run++)
            await Sweep(_world.Now + Interval * run);
        Assert.Empty(await Agenda());
        Assert.Equal(5, (await _world.Ledger(_account)).Entries.Count);
    }

    [Fact]
    public async Task What_comes_back_into_a_voided_credit_is_voided_with_the_next_run()
    {
        var id = await _world.Granted(_account, 10m);
        var draw = _world.Draw(_account, 4m);
        await _world.Done(draw);
        await _world.Done(Voiding(id));

        await _world.NewInstance().Send(Reversing(draw.Drawdown!.Value));
        await Sweep(_world.Now + Interval);

        var credit = await _world.Credit(id);
        Assert.Equal((0m, 10m, 0m), (credit.Remaining, credit.Voided, credit.Expired));
        await _world.Ledger(_account);
    }

    [Fact]
    public async Task What_comes_back_while_the_timer_strikes_off_another_reversals_item_still_lapses()
    {
        var id = await _world.Granted(_account, 10m, Expiry);
        var (first, second) = (_world.Draw(_account, 4m), _world.Draw(_account, 3m));
        await _world.Done(first);
        await _world.Done(second);
        await Sweep(Expiry);
        _world.Now = Expiry + TimeSpan.FromMinutes(1);
        var timer = Task.CompletedTask;
        var striking = new TaskCompletionSource();
        _timer.Hooks.Before = async call =>
        {
            if (call is { Target: StorageTables.Agenda, Operation: StoreOperation.Commit })
                await striking.Task;
        };
        var request = _world.NewInstance();
        request.OnCommit(
            before: async (number, _) =>
            {
                if (number == 1)
                {
                    // The item of this reversal is on the agenda. Another one commits, and the timer posts what that
                    // brought back, but has not struck off what it found on the agenda.
                    await _world.Done(Reversing(first.Drawdown!.Value));
                    timer = Sweep(Expiry + Interval);
                }
                else
                {
                    // This one has decided again, and written its item once more.
                    striking.SetResult();
                    await timer;
                }
            }
        );
        await request.Send(Reversing(second.Drawdown!.Value));
        Assert.Equal(2, request.Commits);
        Assert.Equal((3m, 7m), await Totals(id));
        _timer.Hooks.Before = null;

        await Sweep(Expiry + 2 * Interval);

        Assert.Equal((0m, 10m), await Totals(id));
    }

    [Fact]
    public async Task An_account_that_keeps_changing_is_left_to_the_next_run()
    {
        var id = await _world.Granted(_account, 10m, Expiry);
        var bob = await _world.Customer("bob");
        var bobs = await _world.Granted(bob, 10m, Expiry);
        _timer.OnCommit(
            before: (_, call) =>
                call.Partition == _account.Partition ? _world.Done(_world.Grant(_account, 1m)) : Task.CompletedTask
        );

        await Assert.ThrowsAsync<AggregateException>(() => Sweep(Expiry));
        Assert.Equal((10m, 0m), await Totals(id));
        Assert.Equal((0m, 10m), await Totals(bobs));

        _timer.OnCommit();
        Assert.Equal(1, await Sweep(Expiry + Interval));
        Assert.Equal((0m, 10m), await Totals(id));
    }

    [Fact]
    public async Task A_commit_whose_answer_is_lost_is_not_posted_again()
    {
        var id = await _world.Granted(_account, 10m, Expiry);
        _timer.OnCommit(
            after: (number, _) => number == 1 ? throw new StorageUnavailableException("No answer.") : Task.CompletedTask
        );

        Assert.Equal(1, await Sweep(Expiry));

        Assert.Equal((0m, 10m), await Totals(id));
        Assert.Equal(2, (await _world.Ledger(_account)).Entries.Count);
        Assert.Empty(await Agenda());
    }

    private Task<int> Sweep(DateTimeOffset now, Instance? on = null)
    {
        var instance = on ?? _timer;
        var expiry = new CreditExpiry(instance.Writer, new SystemEntropy());
        return instance.Sweep.Run(
            AgendaKind.Expire,
            now,
            (account, items, cancellation) => expiry.Settle(account, items, now, cancellation),
            Cancellation
        );
    }

    private async Task<(decimal Remaining, decimal Expired)> Totals(CreditId id)
    {
        var credit = await _world.Credit(id);
        return (credit.Remaining, credit.Expired);
    }

    private async Task<List<string>> Agenda() =>
        [
            .. (await _world.Rows(StorageTables.Agenda))
                .Where(row => row.Partition != "watermark")
                .Select(row => row.Row),
        ];

    // As the function reverses a drawdown: what lapses is put on the agenda before each attempt's commit.
    private Request Reversing(DrawdownId id)
    {
        var request = _world.Reverse(_account, id);
        var agenda = _world.NewInstance().Agenda;
        return request with
        {
            Decide = async (snapshot, cancellation) =>
                (await request.Decide(snapshot, cancellation)).Then(decided =>
                    decided with
                    {
                        Before = token =>
                            Task.WhenAll(
                                decided
                                    .Change!.Credits.Where(credit => credit.StandingAt(_world.Now).Lapsed > 0m)
                                    .Select(credit =>
                                        agenda.Add(
                                            new(
                                                AgendaKind.Expire,
                                                _world.Now.AddTicks(1),
                                                _account,
                                                credit.Id.ToString()
                                            ),
                                            token
                                        )
                                    )
                            ),
                    }
                ),
        };
    }

    private Request Voiding(CreditId id) => Changing(id, (head, credit, by) => CreditDecisions.Void(head, credit, by));

    private Request Moving(CreditId id, DateTimeOffset expiresAt)
    {
        var edit = new CreditEdit(default, Change<DateTimeOffset?>.To(expiresAt));
        var request = Changing(id, (head, credit, by) => CreditDecisions.Update(head, credit, edit, by));
        return request with
        {
            Operation = request.Operation with { Due = [new(AgendaKind.Expire, expiresAt, _account, id.ToString())] },
        };
    }

    private Request Changing(CreditId id, Func<AccountHead, Credit, Provenance, Outcome<CreditDecided>> decide)
    {
        var request = _world.Nothing(_account);
        return request with
        {
            Decide = async (snapshot, cancellation) =>
            {
                var view = (await snapshot.CreditView(id, cancellation))!;
                return decide(view.Head, view.Credit, request.Operation.By)
                    .Then(decided => new Decided(view.Head, decided.Change, StoredAnswer.None));
            },
        };
    }
}
