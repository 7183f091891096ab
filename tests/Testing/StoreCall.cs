using Drawdown.Storage.Tables;

namespace Drawdown.Testing;

/// <summary>
/// One call to an in-memory store, as its hooks see it. A range or a scan is one call for each page, as on the wire.
/// </summary>
/// <param name="Operation">What it does.</param>
/// <param name="Target">The table or queue.</param>
/// <param name="Partition">The partition; the first partition of a scan; empty for a queue.</param>
/// <param name="Rows">The row read, the rows changed, or where the page of a range begins; message ids for a queue.</param>
public sealed record StoreCall(StoreOperation Operation, string Target, string Partition, IReadOnlyList<string> Rows)
{
    /// <summary>The changes of a <see cref="StoreOperation.Commit"/>; empty otherwise.</summary>
    public IReadOnlyList<RowChange> Changes { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => $"{Operation} {Target} {Partition} {string.Join(',', Rows)}";
}
