using Drawdown.Storage.Tables;
using Drawdown.Testing;

namespace Drawdown.Functions.Tests.Billing.Support;

/// <summary>
/// Storage and time, which outlive every process. Both are in memory and stand still by themselves, so that a run is the same
/// every time.
/// </summary>
public sealed class Deployment
{
    private int _processes;

    public Deployment() => Queues = new(Clock);

    public ManualClock Clock { get; } = new(new DateTimeOffset(2026, 1, 31, 9, 0, 0, TimeSpan.Zero));

    public InMemoryTableStore Tables { get; } = new();

    public InMemoryQueueStore Queues { get; }

    public DateTimeOffset Now => Clock.GetUtcNow();

    /// <summary>Starts a process of the app on this storage, as a host does after a crash.</summary>
    public async Task<AppProcess> Start()
    {
        var process = new AppProcess(this, ++_processes);
        await process.Begin();
        return process;
    }

    /// <summary>All rows of a table.</summary>
    public async Task<List<TableRow>> Rows(string table)
    {
        var rows = new List<TableRow>();
        await foreach (var row in Tables.Rival().Scan(table, " ", "~", CancellationToken.None))
            rows.Add(row);
        return rows;
    }
}
