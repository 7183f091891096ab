namespace Drawdown.Domain.Ids;

/// <summary>A client's credit account.</summary>
public readonly record struct CreditAccountId(RoutedUuid Uuid) : IRoutedUuid<CreditAccountId>
{
    /// <inheritdoc/>
    public static CreditAccountId From(RoutedUuid uuid) => new(uuid);

    /// <summary>The UUID in lower case.</summary>
    public override string ToString() => Uuid.ToString();
}
