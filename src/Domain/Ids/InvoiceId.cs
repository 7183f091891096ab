namespace Drawdown.Domain.Ids;

/// <summary>An invoice: <c>invoice_</c> and 32 hex digits.</summary>
public readonly record struct InvoiceId(RoutedHex Hex) : IRoutedId<InvoiceId>
{
    /// <inheritdoc/>
    public static string Prefix => "invoice_";

    /// <inheritdoc/>
    public static InvoiceId From(RoutedHex hex) => new(hex);

    /// <summary><c>invoice_…</c></summary>
    public override string ToString() => Prefix + Hex;
}
