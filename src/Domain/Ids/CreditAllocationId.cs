namespace Drawdown.Domain.Ids;

/// <summary>An allocation of credits to a learner.</summary>
public readonly record struct CreditAllocationId(RoutedUuid Uuid) : IRoutedUuid<CreditAllocationId>
{
    /// <inheritdoc/>
    public static CreditAllocationId From(RoutedUuid uuid) => new(uuid);

    /// <summary>The UUID in lower case.</summary>
    public override string ToString() => Uuid.ToString();
}
