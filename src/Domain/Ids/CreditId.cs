namespace Drawdown.Domain.Ids;

/// <summary>
/// A credit: <c>credit_</c> and 32 hex digits. Lotus wrote <c>baladj_</c> in earlier versions; it is read as the same id.
/// </summary>
public readonly record struct CreditId(RoutedHex Hex) : IRoutedId<CreditId>
{
    /// <inheritdoc/>
    public static string Prefix => "credit_";

    /// <inheritdoc/>
    public static string AcceptedPrefix => "baladj_";

    /// <inheritdoc/>
    public static CreditId From(RoutedHex hex) => new(hex);

    /// <summary><c>credit_…</c></summary>
    public override string ToString() => Prefix + Hex;
}
