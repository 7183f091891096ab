namespace Drawdown.Domain.Ids;

/// <summary>A subscription: <c>sub_</c> and 32 hex digits.</summary>
public readonly record struct SubscriptionId(RoutedHex Hex) : IRoutedId<SubscriptionId>
{
    /// <inheritdoc/>
    public static string Prefix => "sub_";

    /// <inheritdoc/>
    public static SubscriptionId From(RoutedHex hex) => new(hex);

    /// <summary><c>sub_…</c></summary>
    public override string ToString() => Prefix + Hex;
}
