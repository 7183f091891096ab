namespace Drawdown.Storage.Tables;

/// <summary>
/// The Table service's limits. Source: "Understanding the Table service data model" and "Performing entity group
/// transactions" in the Azure Storage REST reference.
/// </summary>
public static class TableLimits
{
    /// <summary>Changes in one entity group transaction.</summary>
    public const int RowsPerTransaction = 100;

    /// <summary>Bytes of one entity group transaction's request body (4 MiB).</summary>
    public const int BytesPerTransaction = 4 * 1024 * 1024;

    /// <summary>Bytes of one row (1 MiB).</summary>
    public const int BytesPerRow = 1024 * 1024;

    /// <summary>Bytes of one binary property, and of one string property, which is UTF-16 (64 KiB).</summary>
    public const int BytesPerProperty = 64 * 1024;

    /// <summary>Properties of one row, besides PartitionKey, RowKey and Timestamp.</summary>
    public const int PropertiesPerRow = 252;

    /// <summary>Characters of a PartitionKey or RowKey: the service allows 1 KiB of UTF-16.</summary>
    public const int CharactersPerKey = 512;

    /// <summary>Rows that one query call returns at most.</summary>
    public const int RowsPerPage = 1000;

    /// <summary>
    /// The property types that the seam stores. Deliberately without <c>double</c> (money is a decimal, stored as an
    /// invariant string) and without <c>Guid</c> (ids are strings).
    /// </summary>
    public static bool IsStorable(object value) => value is string or int or long or bool or DateTimeOffset or byte[];
}
