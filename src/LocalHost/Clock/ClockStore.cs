using Drawdown.Storage.Tables;

namespace Drawdown.LocalHost.Clock;

/// <summary>Remembers the test clock's offset, so that a restart does not go back in time.</summary>
internal sealed class ClockStore(ITableStore tables)
{
    private const string Table = "LocalClock";
    private const string Partition = "clock";
    private const string Row = "offset";
    private const string Ticks = "Ticks";

    /// <summary>The stored offset; zero when the clock was never moved.</summary>
    public async Task<TimeSpan> Load(CancellationToken cancellation)
    {
        await tables.CreateTable(Table, cancellation);
        TableRow? row = await tables.Get(Table, Partition, Row, cancellation);
        return row is null ? TimeSpan.Zero : new TimeSpan((long)row.Columns[Ticks]);
    }

    /// <summary>Stores the offset.</summary>
    public async Task Save(TimeSpan offset, CancellationToken cancellation)
    {
        // Again, because an Azurite that crashed comes back without what it had not yet written to disk.
        await tables.CreateTable(Table, cancellation);
        Dictionary<string, object> columns = new(StringComparer.Ordinal) { [Ticks] = offset.Ticks };
        await tables.Commit(Table, Partition, [new RowChange.Upsert(Row, columns)], cancellation);
    }
}
