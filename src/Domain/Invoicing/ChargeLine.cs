namespace Drawdown.Domain.Invoicing;

/// <summary>One amount, with what it is for.</summary>
/// <param name="Start">The beginning of the time that it is for.</param>
/// <param name="End">The end of that time, exclusive.</param>
/// <param name="Quantity">Units; null where there is nothing to count.</param>
/// <param name="Amount">In the currency of the charge or invoice, rounded to its minor unit; negative for applied credits.</param>
public sealed record ChargeLine(
    string Name,
    DateTimeOffset Start,
    DateTimeOffset End,
    decimal? Quantity,
    BillingType Billing,
    decimal Amount
);
