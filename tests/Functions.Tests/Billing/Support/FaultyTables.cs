using Drawdown.Storage.Tables;

namespace Drawdown.Functions.Tests.Billing.Support;

/// <summary>Tables whose transactions fail when a test says so.</summary>
public sealed class FaultyTables(ITableStore inner) : ITableStore
{
    /// <summary>Throws what a transaction is to fail with; null: none fails.</summary>
    public Action<string, IReadOnlyList<RowChange>>? OnCommit { get; set; }

    /// <inheritdoc/>
    public Task CreateTable(string table, CancellationToken cancellation) => inner.CreateTable(table, cancellation);

    /// <inheritdoc/>
    public Task<bool> CanRead(string table, CancellationToken cancellation) => inner.CanRead(table, cancellation);

    /// <inheritdoc/>
    public Task<TableRow?> Get(string table, string partition, string row, CancellationToken cancellation) =>
        inner.Get(table, partition, row, cancellation);

    /// <inheritdoc/>
    public IAsyncEnumerable<TableRow> Range(
        string table,
        string partition,
        string fromRow,
        string beforeRow,
        CancellationToken cancellation,
        int pageSize = TableLimits.RowsPerPage
    ) => inner.Range(table, partition, fromRow, beforeRow, cancellation, pageSize);

    /// <inheritdoc/>
    public IAsyncEnumerable<TableRow> Scan(
        string table,
        string fromPartition,
        string beforePartition,
        CancellationToken cancellation,
        int pageSize = TableLimits.RowsPerPage
    ) => inner.Scan(table, fromPartition, beforePartition, cancellation, pageSize);

    /// <inheritdoc/>
    public Task<CommitResult> Commit(
        string table,
        string partition,
        IReadOnlyList<RowChange> changes,
        CancellationToken cancellation
    )
    {
        OnCommit?.Invoke(partition, changes);
        return inner.Commit(table, partition, changes, cancellation);
    }
}
