using System.Globalization;
using Drawdown.Storage;
using Drawdown.Storage.Accounts;
using Drawdown.Storage.Queues;
using Drawdown.Storage.Tables;
using Drawdown.Testing;

namespace Drawdown.Simulation;

/// <summary>
/// The deployment: one storage account, three processes that share it, and a host that starts a process again when it died,
/// takes messages from the queues and fires timers.
/// </summary>
public sealed class Cluster
{
    private const int Processes = 3;

    // Azure's own: host.json says 30 s and 5; the lease is what the host renews while a function runs.
    private const int MostDeliveries = 5;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);

    private readonly Kernel _kernel;
    private readonly Chance _chance;
    private readonly Statistics _statistics;
    private readonly Action<Work, string, string, IReadOnlyList<RowChange>> _committed;
    private readonly Action<string> _bug;
    private readonly InMemoryQueueStore _queues;
    private readonly AppProcess[] _processes = new AppProcess[Processes];
    private readonly List<Task> _background = [];
    private ulong _starts;
    private ulong _deliveries;

    /// <summary>A deployment that is not started yet.</summary>
    /// <param name="committed">Told of each transaction that took effect.</param>
    /// <param name="bug">Told of an exception that is not an outage.</param>
    public Cluster(
        Kernel kernel,
        Chance chance,
        Weather weather,
        Statistics statistics,
        Action<Work, string, string, IReadOnlyList<RowChange>> committed,
        Action<string> bug
    )
    {
        (_kernel, _chance, Weather, _statistics) = (kernel, chance, weather, statistics);
        (_committed, _bug) = (committed, bug);
        _queues = new(new ProcessClock(kernel, TimeSpan.Zero));
    }

    /// <summary>How much goes wrong from now on.</summary>
    public Weather Weather { get; set; }

    /// <summary>What the app logged.</summary>
    public ErrorLog Log { get; } = new();

    /// <summary>The tables, seen from outside.</summary>
    public InMemoryTableStore Tables { get; } = new();

    /// <summary>Starts all processes.</summary>
    public async Task Start()
    {
        for (var at = 0; at < Processes; at++)
            _processes[at] = await Begin();
    }

    /// <summary>A process that serves.</summary>
    public async Task<AppProcess> Any(Chance chance)
    {
        var at = chance.Below(Processes);
        if (_processes[at].IsDead)
        {
            // Until the host has started another one, nobody answers there.
            await _kernel.Sleep(TimeSpan.FromMilliseconds(chance.Between(200, 3000)));
            if (_processes[at].IsDead)
                _processes[at] = await Begin();
        }
        return _processes[at];
    }

    /// <summary>Runs a timer on one of the processes.</summary>
    public async Task Fire(Timer timer, string name, Chance chance)
    {
        var process = await Any(chance);
        var work = new Work(name, chance.Fork(77), Weather) { Subject = timer };
        await Guard(name, () => process.Fire(work, timer));
    }

    /// <summary>Waits for everything that the host has begun.</summary>
    public async Task Rest()
    {
        while (_background.Find(task => !task.IsCompleted) is { } running)
            await running;
        _background.Clear();
    }

    private async Task<AppProcess> Begin()
    {
        var chance = _chance.Fork(++_starts);
        var wire = new Wire(_kernel, _statistics);
        var most = (int)Weather.Skew.TotalMilliseconds;
        var skew = TimeSpan.FromMilliseconds(most == 0 ? 0 : chance.Between(-most, most));
        var process = new AppProcess(
            wire,
            new(Tables, wire, _statistics, _committed),
            new(_queues, wire, Arrived),
            new ProcessClock(_kernel, skew, wire),
            new SeededEntropy(chance.Fork(1)),
            Log
        );
        await process.Start();
        return process;
    }

    // The host looks at a queue soon after something became visible there.
    private void Arrived(string queue, TimeSpan delay)
    {
        var chance = _chance.Fork(1_000_000 + ++_deliveries);
        var soon = TimeSpan.FromMilliseconds(
            chance.Weighted((8, chance.Between(5, 300)), (2, chance.Between(300, 60_000)))
        );
        Look(queue, delay + soon, chance);
    }

    private void Look(string queue, TimeSpan after, Chance chance) =>
        _kernel.At(after, () => _background.Add(Take(queue, chance)));

    private async Task Take(string queue, Chance chance)
    {
        var name = $"delivery {++_deliveries}";
        var process = await Any(chance);
        var work = new Work(name, chance.Fork(2), Weather) { Subject = queue };
        // A lease that runs out while the function works is how one message comes to two processes at once.
        var lease = chance.Percent(10) ? TimeSpan.FromSeconds(1) : Lease;
        var received = false;
        await Guard(
            name,
            () =>
                process.UntilDeath(
                    work,
                    async () =>
                    {
                        var messages = await process.Queues.Receive(queue, chance.Between(1, 3), lease, default);
                        received = true;
                        foreach (var message in messages)
                        {
                            Look(queue, lease + TimeSpan.FromSeconds(1), chance.Fork(3));
                            await Handle(process, work, queue, message, chance);
                        }
                    }
                )
        );
        // The host goes on looking. (What it received and then lost comes back when its lease is over.)
        if (!received)
            Look(queue, TimeSpan.FromSeconds(2), chance.Fork(5));
    }

    private async Task Handle(AppProcess process, Work work, string queue, QueueMessage message, Chance chance)
    {
        try
        {
            // Each delivery is decided at its own instant.
            work.DecidedAt = null;
            if (IsCursed(queue, message))
                throw new StorageUnavailableException("Simulated: this message fails whenever it is delivered.");
            await process.Deliver(queue, message.Body);
        }
        catch (Exception exception) when (IsOutage(exception))
        {
            if (message.DequeueCount < MostDeliveries || queue == InvoiceQueue.PoisonName)
            {
                Look(queue, RetryAfter + TimeSpan.FromSeconds(1), chance.Fork(4));
                await process.Queues.Hide(queue, message, RetryAfter, default);
                return;
            }
            await process.Queues.Send(InvoiceQueue.PoisonName, message.Body, TimeSpan.Zero, default);
        }
        // A message that was not deleted comes back: delivery is at least once.
        if (Weather.Faults > 0 && chance.Percent(10))
        {
            _statistics.Fault("DeliveredTwice");
            return;
        }
        await process.Queues.Delete(queue, message, default);
    }

    // So that some messages are given up, and come to the poison queue.
    private bool IsCursed(string queue, QueueMessage message) =>
        Weather.Faults > 0
        && queue == InvoiceQueue.Name
        && _chance.Fork(3_000_000 + ulong.Parse(message.Id[^10..], CultureInfo.InvariantCulture)).Percent(8);

    private async Task Guard(string name, Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception exception) when (IsOutage(exception))
        {
            // The host logs it and goes on.
            _kernel.Note($"{name} failed: {exception.Message}");
        }
#pragma warning disable CA1031 // Whatever it is, it is a finding, not the end of the search.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _bug($"{name} met a bug: {exception}");
        }
    }

    private static bool IsOutage(Exception exception) =>
        exception is StorageUnavailableException or OperationCanceledException or AccountBusyException
        || (exception is AggregateException { InnerExceptions: var inner } && inner.All(IsOutage));
}
