namespace Drawdown.Storage.Tables;

/// <summary>One change of an entity group transaction.</summary>
public abstract record RowChange(string Row)
{
    private static readonly IReadOnlyDictionary<string, object> NoColumns = new Dictionary<string, object>(
        StringComparer.Ordinal
    );

    /// <summary>What the row holds after the change; empty for <see cref="Delete"/>.</summary>
    public virtual IReadOnlyDictionary<string, object> Columns => NoColumns;

    /// <summary>Adds a row; a conflict when the row exists.</summary>
    public sealed record Insert(string Row, IReadOnlyDictionary<string, object> Columns) : RowChange(Row)
    {
        /// <inheritdoc/>
        public override IReadOnlyDictionary<string, object> Columns { get; } = Columns;
    }

    /// <summary>Replaces the whole row; a conflict unless it still has this ETag.</summary>
    public sealed record Replace(string Row, IReadOnlyDictionary<string, object> Columns, string ETag) : RowChange(Row)
    {
        /// <inheritdoc/>
        public override IReadOnlyDictionary<string, object> Columns { get; } = Columns;
    }

    /// <summary>
    /// Adds or replaces the row, whatever is there. Only for rows that carry no truth of their own (agenda, directory):
    /// nothing that holds money or units may be written this way.
    /// </summary>
    public sealed record Upsert(string Row, IReadOnlyDictionary<string, object> Columns) : RowChange(Row)
    {
        /// <inheritdoc/>
        public override IReadOnlyDictionary<string, object> Columns { get; } = Columns;
    }

    /// <summary>Removes the row; a conflict unless it is there with this ETag ("*": any version of it).</summary>
    public sealed record Delete(string Row, string ETag) : RowChange(Row);
}
