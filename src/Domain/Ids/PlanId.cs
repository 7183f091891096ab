namespace Drawdown.Domain.Ids;

/// <summary>A plan: <c>plan_</c> and 32 hex digits.</summary>
public readonly record struct PlanId(RoutedHex Hex) : IRoutedId<PlanId>
{
    /// <inheritdoc/>
    public static string Prefix => "plan_";

    /// <inheritdoc/>
    public static PlanId From(RoutedHex hex) => new(hex);

    /// <summary><c>plan_…</c></summary>
    public override string ToString() => Prefix + Hex;
}
