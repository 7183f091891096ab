using Drawdown.Storage.Accounts;
using Drawdown.Storage.Agenda;
using Drawdown.Storage.Telemetry;
using Drawdown.Testing;

namespace Drawdown.Storage.Tests.Agenda;

/// <summary>Working off what is due.</summary>
public sealed class AgendaSweepTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = World.Start;
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly List<string> _handled = [];
    private readonly Measurements _measured = new();
    private World _world = null!;
    private Instance _timer = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _world = await World.InMemory(Cancellation);
        _timer = _world.NewInstance(_measured.Metrics);
    }

    public ValueTask DisposeAsync()
    {
        _measured.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task What_is_due_is_handled_once_and_nothing_else()
    {
        await Add("ada", "long ago", Now - TimeSpan.FromDays(100));
        await Add("ada", "just now", Now);
        await Add("ada", "in a moment", Now + Tick);
        await Add("ada", "in an hour", Now + Hour);

        Assert.Equal(2, await Run(Now));
        Assert.Equal(["long ago", "just now"], Handled());
        Assert.Equal(0, await Run(Now));
        Assert.Empty(Handled());
        Assert.Equal(1, await Run(Now + Tick));
        Assert.Equal(["in a moment"], Handled());
        Assert.Equal(["in an hour"], await Left());
    }

    [Fact]
    public async Task An_account_has_all_its_due_items_at_once()
    {
        foreach (var customer in new[] { "ada", "bob", "eve" })
        foreach (var item in Enumerable.Range(0, 5))
            await Add(customer, $"{customer} {item}", Now - Hour * item);
        var calls = new List<int>();

        await _timer.Sweep.Run(
            AgendaKind.Expire,
            Now,
            (account, items, _) =>
            {
                Assert.All(items, item => Assert.Equal(account, item.Account));
                calls.Add(items.Count);
                return Task.FromResult<IReadOnlyCollection<AgendaItem>>(items.ToList());
            },
            Cancellation
        );

        Assert.Equal([5, 5, 5], calls);
    }

    [Fact]
    public async Task A_run_measures_how_far_its_watermark_is_behind()
    {
        await Add("ada", "due", Now);

        await Run(Now);
        await Run(Now + Hour);

        Assert.Equal(Enumerable.Repeat(AgendaSweep.Grace.TotalSeconds, 2), Lags());
        Assert.Empty(_measured.Of(DrawdownMetrics.AgendaLag, "kind=renew"));
    }

    [Fact]
    public async Task The_lag_grows_while_something_due_cannot_be_handled()
    {
        await Run(Now - Hour);
        await Add("ada", "broken", Now);

        foreach (var later in new[] { Hour, Hour * 2 })
            await Assert.ThrowsAsync<AggregateException>(() =>
                _timer.Sweep.Run(
                    AgendaKind.Expire,
                    Now + later,
                    (_, _, _) => throw new InvalidOperationException("The test says so."),
                    Cancellation
                )
            );

        Assert.Equal([AgendaSweep.Grace.TotalSeconds, 3600, 7200], Lags());
    }

    [Fact]
    public async Task The_lag_grows_while_storage_does_not_answer()
    {
        await Run(Now);
        await Add("ada", "due", Now);
        _timer.Hooks.Before = call =>
            call.Operation == StoreOperation.Scan
                ? throw new StorageUnavailableException("No answer.")
                : Task.CompletedTask;

        await Assert.ThrowsAsync<StorageUnavailableException>(() => Run(Now + Hour));

        Assert.Equal([AgendaSweep.Grace.TotalSeconds, (AgendaSweep.Grace + Hour).TotalSeconds], Lags());
    }

    [Fact]
    public async Task A_kind_does_not_see_the_items_of_another()
    {
        await Add("ada", "expires", Now);
        await Add("ada", "is forgotten", Now, AgendaKind.Forget);

        await Run(Now);

        Assert.Equal(["expires"], Handled());
        Assert.Equal(["is forgotten"], await Left());
    }

    [Fact]
    public async Task Whatever_the_account_its_items_are_found()
    {
        // 100 accounts are in all of the sixteen shards.
        for (var customer = 0; customer < 100; customer++)
            await Add($"customer-{customer}", $"{customer}", Now - Hour * (customer % 30));

        Assert.Equal(100, await Run(Now));
        Assert.Empty(await Left());
    }

    [Fact]
    public async Task A_run_costs_the_same_however_much_is_not_due()
    {
        await Run(Now);
        await Add("ada", "due", Now);
        var few = await Calls(() => Run(Now));
        for (var later = 0; later < 2_000; later++)
            await Add("ada", $"later {later}", Now + Hour + TimeSpan.FromMinutes(later));
        await Add("ada", "due", Now);

        var many = await Calls(() => Run(Now));

        Assert.Equal(few, many);
        Assert.InRange(many, 1, 4);
    }

    [Fact]
    public async Task After_a_pause_of_months_everything_is_found_in_one_scan()
    {
        await Run(Now);
        for (var day = 0; day < 200; day++)
            await Add("ada", $"{day}", Now + TimeSpan.FromDays(day));
        Handled();
        var scans = 0;
        _timer.Hooks.Before = call =>
        {
            scans += call.Operation is StoreOperation.Scan ? 1 : 0;
            return Task.CompletedTask;
        };

        Assert.Equal(200, await Run(Now + TimeSpan.FromDays(200)));

        Assert.Equal(1, scans);
        Assert.Empty(await Left());
    }

    [Fact]
    public async Task More_items_than_a_page_and_a_batch_hold_are_all_handled()
    {
        for (var item = 0; item < 2_500; item++)
            await Add($"customer-{item % 7}", $"{item}", Now - TimeSpan.FromSeconds(item));

        Assert.Equal(2_500, await Run(Now));

        Assert.Equal(2_500, Handled().Distinct(StringComparer.Ordinal).Count());
        Assert.Empty(await Left());
    }

    [Fact]
    public async Task More_items_of_one_account_and_hour_than_a_transaction_holds_are_struck_off()
    {
        for (var item = 0; item < 250; item++)
            await Add("ada", $"{item}", Now);

        Assert.Equal(250, await Run(Now));

        Assert.Empty(await Left());
    }

    [Fact]
    public async Task An_item_that_led_nowhere_is_looked_at_again_until_its_grace_is_over()
    {
        await Add("ada", "early", Now);

        Assert.Equal(0, await Run(Now, settles: _ => false));
        Assert.Equal(0, await Run(Now + AgendaSweep.Grace, settles: _ => false));
        Assert.Equal(["early", "early"], Handled());
        Assert.Equal(["early"], await Left());

        Assert.Equal(0, await Run(Now + AgendaSweep.Grace + Tick, settles: _ => false));

        Assert.Equal(["early"], Handled());
        Assert.Empty(await Left());
        await Run(Now + AgendaSweep.Grace + Hour);
        Assert.Empty(Handled());
    }

    [Fact]
    public async Task An_item_that_becomes_true_within_its_grace_is_settled_then()
    {
        await Add("ada", "early", Now);
        await Run(Now, settles: _ => false);
        Handled();

        Assert.Equal(1, await Run(Now + TimeSpan.FromMinutes(5)));

        Assert.Equal(["early"], Handled());
        Assert.Empty(await Left());
    }

    [Fact]
    public async Task An_item_that_is_written_late_is_still_found()
    {
        await Run(Now);

        // As late as a request may write it.
        await Add("ada", "late", Now - AgendaSweep.Grace + Tick);

        Assert.Equal(1, await Run(Now + TimeSpan.FromMinutes(5)));
    }

    [Fact]
    public async Task The_watermark_stays_behind_what_is_not_settled()
    {
        await Add("ada", "early", Now);
        await Run(Now, settles: _ => false);
        Assert.Equal(Now - AgendaSweep.Grace, await Watermark());

        await Run(Now + TimeSpan.FromMinutes(10), settles: _ => false);
        Assert.Equal(Now - TimeSpan.FromMinutes(5), await Watermark());

        await Run(Now + AgendaSweep.Grace, settles: _ => false);
        Assert.Equal(Now, await Watermark());

        await Run(Now + Hour, settles: _ => false);
        Assert.Equal(Now + Hour - AgendaSweep.Grace, await Watermark());
    }

    [Fact]
    public async Task The_watermark_never_goes_back()
    {
        await Run(Now);

        await Run(Now - Hour);

        Assert.Equal(Now - AgendaSweep.Grace, await Watermark());
    }

    [Fact]
    public async Task An_account_that_fails_holds_nobody_up_and_is_tried_until_it_succeeds()
    {
        await Add("ada", "ada's", Now - Hour);
        await Add("bob", "bob's", Now - Hour);
        await Add("eve", "eve's", Now);

        for (var run = 0; run < 3; run++)
        {
            var failure = await Assert.ThrowsAsync<AggregateException>(() =>
                Run(Now + TimeSpan.FromDays(run), fails: "ada's")
            );
            Assert.IsType<InvalidOperationException>(Assert.Single(failure.InnerExceptions));
            Assert.Equal(run == 0 ? ["bob's", "eve's"] : [], Handled().Order(StringComparer.Ordinal));
            Assert.Equal(["ada's"], await Left());
            Assert.InRange(await Watermark(), DateTimeOffset.UnixEpoch, Now - Hour);
        }

        Assert.Equal(1, await Run(Now + TimeSpan.FromDays(3)));
        Assert.Empty(await Left());
        Assert.Equal(Now + TimeSpan.FromDays(3) - AgendaSweep.Grace, await Watermark());
    }

    [Fact]
    public async Task All_accounts_that_failed_are_told()
    {
        foreach (var customer in new[] { "ada", "bob", "eve" })
            await Add(customer, "broken", Now);

        var failure = await Assert.ThrowsAsync<AggregateException>(() => Run(Now, fails: "broken"));

        Assert.Equal(3, failure.InnerExceptions.Count);
    }

    [Fact]
    public async Task An_outage_ends_the_run_and_the_next_one_goes_on()
    {
        await Add("ada", "ada's", Now);
        await Add("bob", "bob's", Now - Hour);

        await Assert.ThrowsAsync<StorageUnavailableException>(() =>
            _timer.Sweep.Run(
                AgendaKind.Expire,
                Now,
                (_, _, _) => throw new StorageUnavailableException("No answer."),
                Cancellation
            )
        );

        Assert.Equal(2, (await Left()).Count);
        Assert.Equal(DateTimeOffset.UnixEpoch, await Watermark());
        Assert.Equal(2, await Run(Now + TimeSpan.FromMinutes(5)));
        Assert.Empty(await Left());
    }

    [Fact]
    public async Task A_host_that_stops_ends_the_run_and_the_next_one_goes_on()
    {
        await Add("ada", "ada's", Now);

        await Assert.ThrowsAsync<OperationCanceledException>(() =>
            _timer.Sweep.Run(AgendaKind.Expire, Now, (_, _, _) => throw new OperationCanceledException(), Cancellation)
        );

        Assert.Equal(1, await Run(Now));
    }

    [Fact]
    public async Task A_run_can_stop_at_any_call_and_the_next_one_leaves_nothing_out()
    {
        for (var calls = 0; ; calls++)
        {
            await InitializeAsync();
            await Add("ada", "ada's", Now - Hour);
            await Add("bob", "bob's", Now - Hour);
            await Add("bob", "bob's other", Now);
            var made = 0;
            var stopped = _timer;
            stopped.Hooks.Before = _ =>
                made++ < calls ? Task.CompletedTask : throw new StorageUnavailableException("Stopped.");
            var failure = await Record.ExceptionAsync(() => Run(Now));
            _timer = _world.NewInstance(_measured.Metrics);

            await Run(Now + TimeSpan.FromMinutes(5));

            Assert.Equal(["ada's", "bob's", "bob's other"], Handled().Distinct().Order(StringComparer.Ordinal));
            Assert.Empty(await Left());
            if (failure is null)
            {
                Assert.InRange(calls, 5, 20);
                return;
            }
        }
    }

    [Fact]
    public async Task Two_runs_at_once_leave_nothing_out_and_fail_at_nothing()
    {
        for (var item = 0; item < 150; item++)
            await Add($"customer-{item % 3}", $"{item}", Now);
        var other = _world.NewInstance();
        var runs = 0;

        // The other run comes in while this one has read everything and struck off nothing.
        await _timer.Sweep.Run(
            AgendaKind.Expire,
            Now,
            async (_, items, _) =>
            {
                if (runs++ == 0)
                    await Run(Now, on: other);
                return items.ToList();
            },
            Cancellation
        );

        Assert.Equal(150, Handled().Count);
        Assert.Empty(await Left());
        Assert.Equal(Now - AgendaSweep.Grace, await Watermark());
    }

    [Fact]
    public async Task An_item_that_comes_while_a_run_is_under_way_is_left_to_the_next()
    {
        await Add("ada", "first", Now);

        await _timer.Sweep.Run(
            AgendaKind.Expire,
            Now,
            async (_, items, _) =>
            {
                await Add("ada", "second", Now - TimeSpan.FromMinutes(1));
                return items.ToList();
            },
            Cancellation
        );

        Assert.Equal(1, await Run(Now + TimeSpan.FromMinutes(5)));
        Assert.Equal(["second"], Handled());
    }

    [Fact]
    public async Task An_item_is_one_row_however_often_it_is_added()
    {
        for (var time = 0; time < 3; time++)
            await Add("ada", "again", Now);

        Assert.Equal(1, await Run(Now));
    }

    [Fact]
    public async Task Striking_off_what_is_gone_does_nothing()
    {
        var items = Enumerable.Range(0, 3).Select(item => Item("ada", $"{item}", Now)).ToList();
        foreach (var item in items)
            await _timer.Agenda.Add(item, Cancellation);

        await _timer.Agenda.Remove([items[1]], Cancellation);
        await _timer.Agenda.Remove([.. items, items[0]], Cancellation);
        await _timer.Agenda.Remove(items, Cancellation);

        Assert.Empty(await Left());
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Whatever_fails_everything_that_becomes_true_is_settled_in_the_end(int seed)
    {
        var random = new Random(seed);
        var now = Now;
        var lands = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        var settled = new HashSet<string>(StringComparer.Ordinal);
        for (var step = 0; step < 60; step++)
        {
            // A request writes its item; its transaction lands up to four minutes later, or never.
            for (var item = random.Next(4); item > 0; item--)
            {
                var name = $"{step}.{item}";
                await Add($"customer-{random.Next(3)}", name, now + TimeSpan.FromSeconds(random.Next(3_600)));
                if (random.Next(4) > 0)
                    lands[name] = now + TimeSpan.FromSeconds(random.Next(240));
            }
            now += random.Next(10) == 0 ? TimeSpan.FromDays(40) : TimeSpan.FromMinutes(5);
            await Record.ExceptionAsync(() => Sweep(random.Next(5)));
        }
        now += TimeSpan.FromDays(1);
        await Sweep(chance: 1);

        Assert.Equal(lands.Keys.Order(StringComparer.Ordinal), settled.Order(StringComparer.Ordinal));
        Assert.Empty(await Left());

        Task<int> Sweep(int chance) =>
            _timer.Sweep.Run(
                AgendaKind.Expire,
                now,
                (_, items, _) =>
                {
                    if (chance == 0 && random.Next(3) == 0)
                        throw random.Next(2) == 0
                            ? new StorageUnavailableException("No answer.")
                            : new InvalidOperationException("A bug.");
                    Assert.All(items, item => Assert.InRange(item.Due, DateTimeOffset.MinValue, now));
                    var done = items.Where(item => lands.TryGetValue(item.Entity, out var at) && at <= now).ToList();
                    settled.UnionWith(done.Select(item => item.Entity));
                    return Task.FromResult<IReadOnlyCollection<AgendaItem>>(done);
                },
                Cancellation
            );
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 20)];

    private static AgendaItem Item(
        string customer,
        string what,
        DateTimeOffset due,
        AgendaKind kind = AgendaKind.Expire
    ) => new(kind, due, World.Address(customer), what);

    private Task Add(string customer, string what, DateTimeOffset due, AgendaKind kind = AgendaKind.Expire) =>
        _timer.Agenda.Add(Item(customer, what, due, kind), Cancellation);

    private Task<int> Run(
        DateTimeOffset now,
        Func<AgendaItem, bool>? settles = null,
        string? fails = null,
        Instance? on = null
    ) =>
        (on ?? _timer).Sweep.Run(
            AgendaKind.Expire,
            now,
            (AccountAddress _, IReadOnlyList<AgendaItem> items, CancellationToken _) =>
            {
                if (items.Any(item => item.Entity == fails))
                    throw new InvalidOperationException("A bug.");
                _handled.AddRange(items.Select(item => item.Entity));
                return Task.FromResult<IReadOnlyCollection<AgendaItem>>(
                    items.Where(item => settles is null || settles(item)).ToList()
                );
            },
            Cancellation
        );

    private List<string> Handled()
    {
        List<string> handled = [.. _handled];
        _handled.Clear();
        return handled;
    }

    private async Task<List<string>> Left() =>
        [
            .. (await _world.Rows(StorageTables.Agenda))
                .Where(row => row.Partition != "watermark")
                .Select(row => (string)row.Columns["Entity"]),
        ];

    private Task<DateTimeOffset> Watermark() => _timer.Agenda.Watermark(AgendaKind.Expire, Cancellation);

    private async Task<int> Calls(Func<Task> run)
    {
        var calls = 0;
        _timer.Hooks.Before = _ =>
        {
            calls++;
            return Task.CompletedTask;
        };
        await run();
        _timer.Hooks.Before = null;
        return calls;
    }

    private IReadOnlyList<double> Lags() => _measured.Of(DrawdownMetrics.AgendaLag, "kind=expire");
}
