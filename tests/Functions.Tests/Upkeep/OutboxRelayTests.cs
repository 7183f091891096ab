using Drawdown.Domain.Accounts;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Invoicing;
using Drawdown.Functions.Charges;
using Drawdown.Storage;
using Drawdown.Storage.Accounts;
using Drawdown.Storage.Agenda;
using Drawdown.Storage.Idempotency;
using Drawdown.Storage.Queues;
using Drawdown.Storage.Telemetry;
using Drawdown.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Drawdown.Functions.Tests.Upkeep;

/// <summary>Which messages the relay sends, and which items of the agenda it takes for settled.</summary>
public sealed class OutboxRelayTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Due = World.Start.AddMinutes(1);
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly ManualClock _clock = new(World.Start);
    private readonly InMemoryQueueStore _queues;
    private readonly Measurements _measured = new();
    private World _world = null!;
    private Instance _timer = null!;
    private AccountAddress _account;
    private ChargeId _charge;

    public OutboxRelayTests() => _queues = new(_clock);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _world = await World.InMemory(Cancellation);
        _timer = _world.NewInstance(_measured.Metrics);
        _account = await _world.Customer("ada");
        _charge = new(RoutedHex.Mint(_account.Route, World.Start, 1));
        await new InvoiceQueue(_queues).Create(Cancellation);
        await _timer.Agenda.Add(new(AgendaKind.Relay, Due, _account, _charge.ToString()), Cancellation);
    }

    public ValueTask DisposeAsync()
    {
        _measured.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task What_is_owed_is_sent_once_and_settled()
    {
        await Commit(ChargeStatus.Queued, owed: true);

        Assert.Equal(1, await Sweep(Due));
        Assert.Equal(0, await Sweep(Due + Interval));

        var message = InvoiceMessage.Parse(Assert.Single(await Messages()).Body);
        Assert.Equal((World.Organization, _charge), (message.Organization, message.Charge));
    }

    [Fact]
    public async Task How_long_a_message_has_been_overdue_is_measured_also_while_the_queue_is_down()
    {
        await Commit(ChargeStatus.Queued, owed: true);
        _queues.Hooks.Before = _ => throw new StorageUnavailableException("No answer.");
        foreach (var runs in new[] { 1, 2 })
            await Assert.ThrowsAsync<StorageUnavailableException>(() => Sweep(Due + Interval * runs));
        _queues.Hooks.Before = null;
        await Sweep(Due + Interval * 3);
        await Sweep(Due + Interval * 4);

        Assert.Equal([60, 120, 180], _measured.Of(DrawdownMetrics.OutboxLag));
    }

    [Fact]
    public async Task How_long_the_oldest_message_of_each_queue_has_waited_is_measured()
    {
        await new QueueWatch(_queues, _measured.Metrics, NullLogger<QueueWatch>.Instance).Measure(Due, Cancellation);
        await _queues.Send(InvoiceQueue.Name, "{}", TimeSpan.Zero, Cancellation);
        _clock.Advance(Interval);
        await _queues.Send(InvoiceQueue.Name, "{}", TimeSpan.Zero, Cancellation);

        await new QueueWatch(_queues, _measured.Metrics, NullLogger<QueueWatch>.Instance).Measure(
            World.Start + Interval * 5,
            Cancellation
        );

        Assert.Equal([0, 300], _measured.Of(DrawdownMetrics.QueueAge, "queue=invoices"));
        Assert.Equal([0, 0], _measured.Of(DrawdownMetrics.QueueAge, "queue=invoices-poison"));
    }

    [Fact]
    public async Task A_queue_that_cannot_be_measured_holds_nothing_up()
    {
        _queues.Hooks.Before = _ => throw new StorageUnavailableException("No answer.");

        await new QueueWatch(_queues, _measured.Metrics, NullLogger<QueueWatch>.Instance).Measure(Due, Cancellation);

        Assert.Empty(_measured.Of(DrawdownMetrics.QueueAge));
    }

    [Fact]
    public async Task Nothing_is_sent_before_it_is_due()
    {
        await Commit(ChargeStatus.Queued, owed: true);

        Assert.Equal(0, await Sweep(Due.AddTicks(-1)));

        Assert.Empty(await Messages());
    }

    [Fact]
    public async Task What_is_invoiced_is_settled_and_not_sent()
    {
        await Commit(ChargeStatus.Invoiced, owed: false);

        Assert.Equal(1, await Sweep(Due));

        Assert.Empty(await Messages());
    }

    [Theory]
    [InlineData(null)]
    [InlineData(ChargeStatus.Waiting)]
    [InlineData(ChargeStatus.Queued)]
    [InlineData(ChargeStatus.Failed)]
    public async Task What_may_be_owed_by_a_transaction_on_its_way_is_looked_at_again(ChargeStatus? before)
    {
        if (before is { } status)
            await Commit(status, owed: false);

        Assert.Equal(0, await Sweep(Due));
        await Commit(ChargeStatus.Queued, owed: true);
        Assert.Equal(1, await Sweep(Due + Interval));

        Assert.Single(await Messages());
    }

    [Fact]
    public async Task What_was_never_owed_is_forgotten_after_its_grace()
    {
        for (var now = Due; now <= Due + AgendaSweep.Grace + Interval; now += Interval)
            Assert.Equal(0, await Sweep(now));

        Assert.Equal("watermark", Assert.Single(await _world.Rows(StorageTables.Agenda)).Partition);
    }

    [Fact]
    public async Task An_outage_of_the_queue_leaves_everything_to_the_next_run()
    {
        await Commit(ChargeStatus.Queued, owed: true);
        _queues.Hooks.Before = _ => throw new StorageUnavailableException("No answer.");

        await Assert.ThrowsAsync<StorageUnavailableException>(() => Sweep(Due));

        _queues.Hooks.Before = null;
        Assert.Equal(1, await Sweep(Due + Interval));
        Assert.Single(await Messages());
    }

    private Task<int> Sweep(DateTimeOffset now)
    {
        var messages = new ChargeMessages(new InvoiceQueue(_queues), NullLogger<ChargeMessages>.Instance);
        var relay = new OutboxRelay(_world.Tables, messages, _measured.Metrics);
        return _timer.Sweep.Run(
            AgendaKind.Relay,
            now,
            (account, items, token) => relay.Settle(account, items, now, token),
            Cancellation
        );
    }

    private Task<IReadOnlyList<QueueMessage>> Messages() => _queues.Peek(InvoiceQueue.Name, 32, Cancellation);

    private async Task Commit(ChargeStatus status, bool owed)
    {
        var request = _world.Nothing(_account);
        var invoice = Invoice.IdFor(_account.Route, _charge.ToString());
        var charge = new Charge(
            _charge,
            new(_charge.Hex),
            "USD",
            [],
            [],
            status,
            status is ChargeStatus.Invoiced ? invoice : null,
            null,
            World.Start
        );
        await _world.Done(
            request with
            {
                Decide = async (snapshot, cancellation) =>
                {
                    var head = (await snapshot.Head(cancellation))!;
                    await snapshot.Charge(_charge, cancellation);
                    var change = new AccountChange(head.Next()) { Charges = [charge], Owed = owed ? _charge : null };
                    return new Decided(head, change, StoredAnswer.None);
                },
            }
        );
    }
}
