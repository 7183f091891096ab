namespace Drawdown.Storage.Tables;

/// <summary>How an entity group transaction ended.</summary>
public abstract record CommitResult
{
    private CommitResult() { }

    /// <summary>All changes were applied.</summary>
    /// <param name="ETags">The new ETag of each changed row, in the order of the changes; null for a deleted row.</param>
    public sealed record Committed(IReadOnlyList<string?> ETags) : CommitResult;

    /// <summary>No change was applied, because the row of one of them is not as the change expects.</summary>
    public sealed record Conflicted(ConflictKind Kind) : CommitResult;
}

/// <summary>Which expectation of a change did not hold.</summary>
public enum ConflictKind
{
    /// <summary>An <see cref="RowChange.Insert"/> met an existing row (409).</summary>
    RowExists,

    /// <summary>A <see cref="RowChange.Replace"/> or <see cref="RowChange.Delete"/> met another version (412).</summary>
    RowChanged,

    /// <summary>A <see cref="RowChange.Replace"/> or <see cref="RowChange.Delete"/> met no row (404).</summary>
    RowMissing,
}
