namespace Drawdown.Domain.Ids;

/// <summary>A version of a plan, immutable once written: <c>plan_version_</c> and 32 hex digits.</summary>
public readonly record struct PlanVersionId(RoutedHex Hex) : IRoutedId<PlanVersionId>
{
    /// <inheritdoc/>
    public static string Prefix => "plan_version_";

    /// <inheritdoc/>
    public static PlanVersionId From(RoutedHex hex) => new(hex);

    /// <summary><c>plan_version_…</c></summary>
    public override string ToString() => Prefix + Hex;
}
