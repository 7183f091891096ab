namespace Drawdown.Storage.Tables;

/// <summary>A row as it was read.</summary>
/// <param name="ETag">The version of the row that was read; a <see cref="RowChange.Replace"/> is conditional on it.</param>
/// <param name="Columns">
/// The row's properties, case-sensitive. The types are those of <see cref="TableLimits.IsStorable"/>; a null property
/// is an absent one.
/// </param>
public sealed record TableRow(string Partition, string Row, string ETag, IReadOnlyDictionary<string, object> Columns);
