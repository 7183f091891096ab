namespace Drawdown.Storage.Tables;

/// <summary>
/// The Table service's own primitives, and no more: point read, range read, entity group transaction (EGT).
/// Everything above this seam runs unchanged on Azure Tables, on Azurite and on the in-memory store of the simulator;
/// one contract suite proves the implementations equal.
/// </summary>
/// <remarks>
/// A failed precondition is an answer (<see cref="CommitResult"/>), because callers decide again on it. Everything
/// that means "the service could not be reached, or did not say whether it acted" is a
/// <see cref="StorageUnavailableException"/>: after it a commit may or may not have happened.
/// </remarks>
public interface ITableStore
{
    /// <summary>Creates the table if it is missing. Repeatable.</summary>
    Task CreateTable(string table, CancellationToken cancellation);

    /// <summary>Whether the table exists and this identity can read it.</summary>
    Task<bool> CanRead(string table, CancellationToken cancellation);

    /// <summary>One row, or null when it is not there.</summary>
    Task<TableRow?> Get(string table, string partition, string row, CancellationToken cancellation);

    /// <summary>
    /// The rows of one partition with <paramref name="fromRow"/> ≤ RowKey &lt; <paramref name="beforeRow"/>, in ordinal
    /// order of RowKey. It is NOT a snapshot: while a transaction commits, a range may show half of it.
    /// </summary>
    /// <param name="pageSize">
    /// Rows fetched per storage call, 1 to <see cref="TableLimits.RowsPerPage"/>. A caller that stops enumerating early
    /// stops the reading.
    /// </param>
    IAsyncEnumerable<TableRow> Range(
        string table,
        string partition,
        string fromRow,
        string beforeRow,
        CancellationToken cancellation,
        int pageSize = TableLimits.RowsPerPage
    );

    /// <summary>
    /// All rows of the partitions with <paramref name="fromPartition"/> ≤ PartitionKey &lt;
    /// <paramref name="beforePartition"/>, in ordinal order of (PartitionKey, RowKey).
    /// </summary>
    IAsyncEnumerable<TableRow> Scan(
        string table,
        string fromPartition,
        string beforePartition,
        CancellationToken cancellation,
        int pageSize = TableLimits.RowsPerPage
    );

    /// <summary>
    /// Applies all changes to one partition in one entity group transaction, or none of them.
    /// </summary>
    /// <param name="changes">1 to <see cref="TableLimits.RowsPerTransaction"/> changes, each to another row.</param>
    /// <exception cref="ArgumentException">The transaction breaks a limit of <see cref="TableLimits"/>.</exception>
    /// <exception cref="StorageUnavailableException">It is not known whether the transaction was applied.</exception>
    Task<CommitResult> Commit(
        string table,
        string partition,
        IReadOnlyList<RowChange> changes,
        CancellationToken cancellation
    );
}
