using System.Runtime.CompilerServices;
using Drawdown.Storage.Tables;

namespace Drawdown.Storage.Agenda;

/// <summary>The table of what falls due: written by whoever makes something due, read by the timers.</summary>
public sealed class AgendaBook(ITableStore tables)
{
    private const string WatermarkPartition = "watermark";

    /// <summary>Writes an item down. Repeatable: the same item is the same row.</summary>
    public Task Add(AgendaItem item, CancellationToken cancellation) =>
        tables.Commit(
            StorageTables.Agenda,
            item.Partition,
            [new RowChange.Upsert(item.Row, item.ToColumns())],
            cancellation
        );

    /// <summary>What fell due from the watermark's hour until now, earliest hour first.</summary>
    public async IAsyncEnumerable<AgendaItem> Due(
        AgendaKind kind,
        DateTimeOffset watermark,
        DateTimeOffset now,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        // '~' sorts after the dot and the shard, so this ends right after the present hour.
        var rows = tables.Scan(
            StorageTables.Agenda,
            AgendaItem.HourKey(kind, watermark),
            AgendaItem.HourKey(kind, now) + "~",
            cancellation
        );
        await foreach (var row in rows)
        {
            var item = AgendaItem.FromRow(kind, row);
            if (item.Due <= now)
                yield return item;
        }
    }

    /// <summary>Strikes items off. Repeatable.</summary>
    public async Task Remove(IEnumerable<AgendaItem> items, CancellationToken cancellation)
    {
        foreach (var partition in items.GroupBy(item => item.Partition, StringComparer.Ordinal))
        foreach (var rows in partition.Select(item => item.Row).Distinct().Chunk(TableLimits.RowsPerTransaction))
            await Remove(partition.Key, rows, cancellation);
    }

    /// <summary>How far a kind is done: everything due before it has been handled. The Unix epoch before the first run.</summary>
    public async Task<DateTimeOffset> Watermark(AgendaKind kind, CancellationToken cancellation)
    {
        var row = await tables.Get(StorageTables.Agenda, WatermarkPartition, AgendaItem.Name(kind), cancellation);
        return row is null ? DateTimeOffset.UnixEpoch : new ColumnReader(row).Instant("Until");
    }

    /// <summary>Moves the watermark. Two runs at once may write it in any order: a lower one only costs a longer scan.</summary>
    public Task MoveWatermark(AgendaKind kind, DateTimeOffset until, CancellationToken cancellation) =>
        tables.Commit(
            StorageTables.Agenda,
            WatermarkPartition,
            [new RowChange.Upsert(AgendaItem.Name(kind), new ColumnWriter().Instant("Until", until).Columns)],
            cancellation
        );

    private async Task Remove(string partition, string[] rows, CancellationToken cancellation)
    {
        var all = rows.Select(row => new RowChange.Delete(row, "*")).ToList();
        if (await tables.Commit(StorageTables.Agenda, partition, all, cancellation) is CommitResult.Committed)
            return;
        // Another run has struck some of them off: the rest one by one.
        foreach (var one in all)
            await tables.Commit(StorageTables.Agenda, partition, [one], cancellation);
    }
}
