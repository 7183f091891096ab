namespace Drawdown.Domain.Ids;

/// <summary>An amount that is to be invoiced: <c>charge_</c> and 32 hex digits.</summary>
public readonly record struct ChargeId(RoutedHex Hex) : IRoutedId<ChargeId>
{
    /// <inheritdoc/>
    public static string Prefix => "charge_";

    /// <inheritdoc/>
    public static ChargeId From(RoutedHex hex) => new(hex);

    /// <summary><c>charge_…</c></summary>
    public override string ToString() => Prefix + Hex;
}
