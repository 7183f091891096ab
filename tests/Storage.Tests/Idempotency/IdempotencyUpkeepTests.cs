using Drawdown.Storage.Accounts;
using Drawdown.Storage.Agenda;
using Drawdown.Storage.Idempotency;
using Drawdown.Testing;

namespace Drawdown.Storage.Tests.Idempotency;

/// <summary>What is left of idempotency keys, and when it goes.</summary>
public sealed class IdempotencyUpkeepTests : IAsyncLifetime
{
    private World _world = null!;
    private Instance _instance = null!;
    private AccountAddress _ada;
    private AccountAddress _bob;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // When the last thing is due that a request at the start has left behind, and the grace of the agenda is over.
    private static DateTimeOffset WhenAllIsOver =>
        World.Start + IdempotencyKey.Kept + AgendaSweep.Grace + TimeSpan.FromMinutes(1);

    public async ValueTask InitializeAsync()
    {
        _world = await World.InMemory(Cancellation);
        _instance = _world.NewInstance();
        _ada = await _world.Customer("ada");
        _bob = await _world.Customer("bob");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_used_key_is_removed_with_its_claim_when_it_is_due()
    {
        await _instance.Send(_world.Grant(_ada, key: "k")).Written();

        Assert.Equal(1, await _instance.Forget(World.Start + IdempotencyKey.Kept));

        await NothingIsLeft();
    }

    [Fact]
    public async Task Nothing_is_removed_before_it_is_due()
    {
        await _instance.Send(_world.Grant(_ada, key: "k")).Written();

        Assert.Equal(0, await _instance.Forget(World.Start + IdempotencyKey.Kept - TimeSpan.FromTicks(1)));

        Assert.Single(await _world.Rows(_ada, "key."));
        Assert.Single(await _world.Rows(StorageTables.IdempotencyClaims));
        Assert.Single(await _world.Rows(StorageTables.Agenda), row => row.Partition != "watermark");
    }

    [Fact]
    public async Task A_key_whose_request_was_refused_leaves_nothing_behind()
    {
        await _instance.Send(_world.Refused(_ada, "k")).Refusal();

        await _instance.Forget(WhenAllIsOver);

        await NothingIsLeft();
    }

    [Fact]
    public async Task A_key_that_changed_hands_leaves_nothing_behind_in_either_account()
    {
        await _instance.Send(_world.Refused(_ada, "k")).Refusal();
        await _instance.Send(_world.Refused(_bob, "k")).Refusal();
        await _instance.Send(_world.Refused(_ada, "k")).Refusal();
        Assert.Single(await _world.Rows(_ada, "key."));
        Assert.Single(await _world.Rows(_bob, "key."));

        await _instance.Forget(WhenAllIsOver);

        await NothingIsLeft();
    }

    [Fact]
    public async Task Requests_at_different_times_under_one_key_leave_nothing_behind()
    {
        // Each of them renews the claim or does not, and each has put an item on the agenda.
        foreach (var minutes in new[] { 0, 30, 61, 90, 60 * 24 * 20 })
        {
            _world.Now = World.Start.AddMinutes(minutes);
            await _instance.Send(_world.Refused(_ada, "k")).Refusal();
        }
        await _instance.Send(_world.Grant(_ada, key: "k")).Written();

        for (var now = World.Start.AddDays(29); now < World.Start.AddDays(52); now += TimeSpan.FromHours(1))
            await _instance.Forget(now);

        await NothingIsLeft();
    }

    [Fact]
    public async Task A_key_that_is_used_anew_stays_when_its_old_use_is_due()
    {
        await _instance.Send(_world.Grant(_ada, 1m, "k")).Written();
        _world.Now += IdempotencyKey.Lifetime;
        await _instance.Send(_world.Grant(_ada, 2m, "k")).Written();

        await _instance.Forget(WhenAllIsOver);

        Assert.True((await _instance.Send(_world.Grant(_ada, 2m, "k")).Written()).Replayed);
        Assert.Single(await _world.Rows(StorageTables.IdempotencyClaims));
    }

    [Fact]
    public async Task A_key_that_is_used_anew_while_it_is_removed_stays()
    {
        await _instance.Send(_world.Grant(_ada, 1m, "k")).Written();
        _world.Now += IdempotencyKey.Kept;
        var timer = _world.NewInstance();
        timer.Hooks.Before = async call =>
        {
            if (call.Operation is not StoreOperation.Commit || call.Target != StorageTables.Accounts)
                return;
            timer.Hooks.Before = null;
            await _instance.Send(_world.Grant(_ada, 2m, "k")).Written();
        };

        await timer.Forget(_world.Now);

        Assert.Null(timer.Hooks.Before);
        Assert.True((await _instance.Send(_world.Grant(_ada, 2m, "k")).Written()).Replayed);
    }

    [Fact]
    public async Task A_claim_that_is_renewed_while_it_is_removed_stays()
    {
        await _instance.Send(_world.Grant(_ada, 1m, "k")).Written();
        _world.Now += IdempotencyKey.Kept;
        var timer = _world.NewInstance();
        timer.Hooks.Before = async call =>
        {
            if (call.Operation is not StoreOperation.Commit || call.Target != StorageTables.IdempotencyClaims)
                return;
            timer.Hooks.Before = null;
            await _instance.Send(_world.Grant(_ada, 2m, "k")).Written();
        };

        await timer.Forget(_world.Now);

        Assert.Null(timer.Hooks.Before);
        Assert.Single(await _world.Rows(StorageTables.IdempotencyClaims));
    }

    [Fact]
    public async Task Forgetting_can_stop_anywhere_and_be_repeated()
    {
        for (var calls = 0; ; calls++)
        {
            var world = await World.InMemory(Cancellation);
            var ada = await world.Customer("ada");
            await world.NewInstance().Send(world.Grant(ada, key: "k")).Written();
            var stopped = world.NewInstance();
            var made = 0;
            stopped.Hooks.Before = _ =>
                made++ < calls ? Task.CompletedTask : throw new StorageUnavailableException("Stopped.");
            var run = await Record.ExceptionAsync(() => stopped.Forget(World.Start + IdempotencyKey.Kept));

            await world.NewInstance().Forget(WhenAllIsOver);

            Assert.Empty(await world.Rows(ada, "key."));
            Assert.Empty(await world.Rows(StorageTables.IdempotencyClaims));
            Assert.Single(await world.Rows(StorageTables.Agenda)); // the watermark
            if (run is null)
            {
                Assert.InRange(calls, 6, 20);
                return;
            }
        }
    }

    private async Task NothingIsLeft()
    {
        Assert.Empty(await _world.Rows(_ada, "key."));
        Assert.Empty(await _world.Rows(_bob, "key."));
        Assert.Empty(await _world.Rows(StorageTables.IdempotencyClaims));
        Assert.Equal("watermark", Assert.Single(await _world.Rows(StorageTables.Agenda)).Partition);
    }
}
