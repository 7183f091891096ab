namespace Drawdown.Domain.Ids;

/// <summary>A drawdown of one or more credits: <c>drawdown_</c> and 32 hex digits.</summary>
public readonly record struct DrawdownId(RoutedHex Hex) : IRoutedId<DrawdownId>
{
    /// <inheritdoc/>
    public static string Prefix => "drawdown_";

    /// <inheritdoc/>
    public static DrawdownId From(RoutedHex hex) => new(hex);

    /// <summary><c>drawdown_…</c></summary>
    public override string ToString() => Prefix + Hex;
}
