using System.Diagnostics.Metrics;
using Drawdown.Domain;
using Drawdown.Storage;
using Drawdown.Storage.Accounts;
using Drawdown.Storage.Agenda;
using Drawdown.Storage.Idempotency;
using Drawdown.Storage.Tables;
using Drawdown.Storage.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace Drawdown.Testing;

/// <summary>One process of the app, up to the storage machinery. It waits for nothing between its attempts.</summary>
public sealed class Instance
{
    // One for all: a meter is never forgotten, and some tests make thousands of processes.
    private static readonly DrawdownMetrics Unheard = new(new Meter(DrawdownMetrics.MeterName));

    private readonly CancellationToken _cancellation;

    /// <summary>A process over these tables.</summary>
    /// <param name="metrics">What it measures of itself, if a test wants to know: see <see cref="Measurements"/>.</param>
    public Instance(ITableStore tables, CancellationToken cancellation, DrawdownMetrics? metrics = null)
    {
        _cancellation = cancellation;
        Tables = tables;
        Agenda = new(tables);
        Claims = new(tables, Agenda);
        Writer = new(tables, Agenda, Claims, Gate, new ImpatientClock());
        Sweep = new(Agenda, metrics ?? Unheard, NullLogger<AgendaSweep>.Instance);
        Upkeep = new(tables, Claims);
    }

    public ITableStore Tables { get; }

    public AccountGate Gate { get; } = new();

    public AgendaBook Agenda { get; }

    public IdempotencyClaims Claims { get; }

    public AccountWriter Writer { get; }

    public AgendaSweep Sweep { get; }

    public IdempotencyUpkeep Upkeep { get; }

    /// <summary>What a test does around this process's calls; only in memory.</summary>
    public StoreHooks Hooks => ((InMemoryTableStore)Tables).Hooks;

    /// <summary>How often this process has tried to change an account, since <see cref="OnCommit"/>.</summary>
    public int Commits { get; private set; }

    /// <summary>Sends a request.</summary>
    public Task<Outcome<Written>> Send(Request request) =>
        Writer.Write(request.Operation, request.Decide, _cancellation);

    /// <summary>Removes the idempotency keys that are due, as the timer does.</summary>
    public Task<int> Forget(DateTimeOffset now) =>
        Sweep.Run(
            AgendaKind.Forget,
            now,
            (account, items, cancellation) => Upkeep.Forget(account, items, now, cancellation),
            _cancellation
        );

    /// <summary>Takes part in the commits that change an account, the first of which is number 1.</summary>
    /// <param name="before">When it throws, the commit has not happened.</param>
    /// <param name="after">When it throws, the commit has happened, if it did.</param>
    public void OnCommit(Func<int, StoreCall, Task>? before = null, Func<int, StoreCall, Task>? after = null)
    {
        Commits = 0;
        Hooks.Before = async call =>
        {
            if (!IsCommit(call))
                return;
            Commits++;
            if (before is not null)
                await before(Commits, call);
        };
        Hooks.After = async call =>
        {
            if (after is not null && IsCommit(call))
                await after(Commits, call);
        };
    }

    private static bool IsCommit(StoreCall call) =>
        call is { Operation: StoreOperation.Commit, Target: StorageTables.Accounts } && call.Rows.Contains("head");

    // Whoever waits for it has waited already: pauses between attempts cost a test nothing, and nothing runs on another
    // thread.
    private sealed class ImpatientClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime != Timeout.InfiniteTimeSpan)
                callback(state);
            return new NoTimer();
        }
    }

    private sealed class NoTimer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() { }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
