using Drawdown.Storage.Tables;

namespace Drawdown.LocalHost.Timers;

/// <summary>Remembers where the timers stand, one row for each function.</summary>
internal sealed class TimerStatusStore(ITableStore tables)
{
    private const string Table = "LocalTimers";
    private const string Partition = "timers";

    /// <summary>The stored status of a function; null when there is none.</summary>
    public async Task<TimerStatus?> Load(string function, CancellationToken cancellation)
    {
        await tables.CreateTable(Table, cancellation);
        TableRow? row = await tables.Get(Table, Partition, function, cancellation);
        return row is null
            ? null
            : new TimerStatus(
                (string)row.Columns[nameof(TimerStatus.Schedule)],
                row.Columns.TryGetValue(nameof(TimerStatus.Last), out object? last) ? (DateTimeOffset)last : null,
                (DateTimeOffset)row.Columns[nameof(TimerStatus.Next)],
                (DateTimeOffset)row.Columns[nameof(TimerStatus.Updated)]
            );
    }

    /// <summary>Stores the status of a function.</summary>
    public async Task Save(string function, TimerStatus status, CancellationToken cancellation)
    {
        Dictionary<string, object> columns = new(StringComparer.Ordinal)
        {
            [nameof(TimerStatus.Schedule)] = status.Schedule,
            [nameof(TimerStatus.Next)] = status.Next,
            [nameof(TimerStatus.Updated)] = status.Updated,
        };
        if (status.Last is { } last)
        {
            columns[nameof(TimerStatus.Last)] = last;
        }

        // Again, because an Azurite that crashed comes back without what it had not yet written to disk.
        await tables.CreateTable(Table, cancellation);
        await tables.Commit(Table, Partition, [new RowChange.Upsert(function, columns)], cancellation);
    }
}
