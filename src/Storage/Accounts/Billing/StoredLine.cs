using Drawdown.Domain.Invoicing;

namespace Drawdown.Storage.Accounts.Billing;

/// <summary>How it is stored inside a row, as JSON. The members' names are the storage format: one is added, never renamed.</summary>
internal sealed record StoredLine(
    string Name,
    DateTimeOffset Start,
    DateTimeOffset End,
    decimal? Quantity,
    string Billing,
    decimal Amount
)
{
    public static StoredLine Of(ChargeLine line) =>
        new(line.Name, line.Start, line.End, line.Quantity, BillingTypeNames.Names.Of(line.Billing), line.Amount);

    public ChargeLine ToLine() => new(Name, Start, End, Quantity, BillingTypeNames.Names.Parse(Billing), Amount);
}
