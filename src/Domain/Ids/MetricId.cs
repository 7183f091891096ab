namespace Drawdown.Domain.Ids;

/// <summary>A metric that units are counted of: <c>metric_</c> and 32 hex digits.</summary>
public readonly record struct MetricId(RoutedHex Hex) : IRoutedId<MetricId>
{
    /// <inheritdoc/>
    public static string Prefix => "metric_";

    /// <inheritdoc/>
    public static MetricId From(RoutedHex hex) => new(hex);

    /// <summary><c>metric_…</c></summary>
    public override string ToString() => Prefix + Hex;
}
