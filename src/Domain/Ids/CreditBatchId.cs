namespace Drawdown.Domain.Ids;

/// <summary>A credit batch.</summary>
public readonly record struct CreditBatchId(RoutedUuid Uuid) : IRoutedUuid<CreditBatchId>
{
    /// <inheritdoc/>
    public static CreditBatchId From(RoutedUuid uuid) => new(uuid);

    /// <summary>The UUID in lower case.</summary>
    public override string ToString() => Uuid.ToString();
}
