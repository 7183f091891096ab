using System.Runtime.CompilerServices;
using Drawdown.Storage.Tables;
using Drawdown.Testing;

namespace Drawdown.Simulation;

/// <summary>
/// The tables as one process reaches them: the in-memory store that the contract suite proves, at the other end of a wire.
/// </summary>
/// <param name="committed">Told of each transaction that took effect, in their true order.</param>
public sealed class SimulatedTables(
    InMemoryTableStore store,
    Wire wire,
    Statistics statistics,
    Action<Work, string, string, IReadOnlyList<RowChange>> committed
) : ITableStore
{
    /// <inheritdoc/>
    public Task CreateTable(string table, CancellationToken cancellation) =>
        wire.Call($"create {table}", _ => Now(store.CreateTable(table, cancellation)), cancellation);

    /// <inheritdoc/>
    public Task<bool> CanRead(string table, CancellationToken cancellation) =>
        wire.Call($"probe {table}", _ => Now(store.CanRead(table, cancellation)), cancellation);

    /// <inheritdoc/>
    public Task<TableRow?> Get(string table, string partition, string row, CancellationToken cancellation) =>
        wire.Call(
            $"get {table} {Short(partition)} {Short(row)}",
            _ => Now(store.Get(table, partition, row, cancellation)),
            cancellation
        );

    /// <inheritdoc/>
    public async IAsyncEnumerable<TableRow> Range(
        string table,
        string partition,
        string fromRow,
        string beforeRow,
        [EnumeratorCancellation] CancellationToken cancellation,
        int pageSize = TableLimits.RowsPerPage
    )
    {
        for (string? next = fromRow; next is not null; )
        {
            var from = next;
            var page = await wire.Call(
                $"range {table} {Short(partition)} {Short(from)}",
                most =>
                    Page(
                        store.Range(table, partition, from, beforeRow, cancellation, TableLimits.RowsPerPage),
                        Math.Min(most, pageSize)
                    ),
                cancellation
            );
            foreach (var row in page.Rows)
                yield return row;
            next = page.Next?.Row;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<TableRow> Scan(
        string table,
        string fromPartition,
        string beforePartition,
        [EnumeratorCancellation] CancellationToken cancellation,
        int pageSize = TableLimits.RowsPerPage
    )
    {
        // Whole partitions to a page: the service cuts pages anywhere, but says where it goes on.
        for (string? next = fromPartition; next is not null; )
        {
            var from = next;
            var page = await wire.Call(
                $"scan {table} {Short(from)}",
                most =>
                {
                    var all = Rows(
                        store.Scan(table, from, beforePartition, cancellation, TableLimits.RowsPerPage),
                        int.MaxValue
                    );
                    var partitions = all.GroupBy(row => row.Partition).ToList();
                    var taken = most == int.MaxValue ? partitions.Count : most;
                    return (
                        Rows: partitions.Take(taken).SelectMany(group => group).ToList(),
                        Next: partitions.Skip(taken).FirstOrDefault()?.Key
                    );
                },
                cancellation
            );
            foreach (var row in page.Rows)
                yield return row;
            next = page.Next;
        }
    }

    /// <inheritdoc/>
    public Task<CommitResult> Commit(
        string table,
        string partition,
        IReadOnlyList<RowChange> changes,
        CancellationToken cancellation
    ) =>
        wire.Call(
            $"commit {table} {Short(partition)} {string.Join(',', changes.Select(change => Short(change.Row)))}",
            _ =>
            {
                var result = Now(store.Commit(table, partition, changes, CancellationToken.None));
                if (Work.Current is not { } work)
                    return result;
                if (result is CommitResult.Committed)
                    committed(work, table, partition, changes);
                else
                {
                    work.Conflicts++;
                    statistics.Conflicts++;
                }
                return result;
            },
            cancellation
        );

    // The store has no hooks, so it answers at once.
    private static T Now<T>(Task<T> answered) => answered.GetAwaiter().GetResult();

    private static bool Now(Task answered)
    {
        answered.GetAwaiter().GetResult();
        return true;
    }

    private static (List<TableRow> Rows, TableRow? Next) Page(IAsyncEnumerable<TableRow> rows, int size)
    {
        var read = Rows(rows, size == int.MaxValue ? size : size + 1);
        return read.Count <= size ? (read, null) : (read[..size], read[size]);
    }

    private static List<TableRow> Rows(IAsyncEnumerable<TableRow> rows, int most)
    {
        var read = new List<TableRow>();
        var reader = rows.GetAsyncEnumerator();
        while (read.Count < most && reader.MoveNextAsync().AsTask().GetAwaiter().GetResult())
            read.Add(reader.Current);
        return read;
    }

    private static string Short(string key) => key.Length > 24 ? $"{key[..10]}..{key[^10..]}" : key;
}
