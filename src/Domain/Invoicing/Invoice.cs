using System.Collections.Immutable;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Ledger;

namespace Drawdown.Domain.Invoicing;

/// <summary>An invoice. Everything but its payment is immutable.</summary>
/// <param name="Sequence">1, 2, 3, … within the customer, without gaps.</param>
/// <param name="Currency">An ISO 4217 code.</param>
/// <param name="Lines">What is billed, and what credits were applied to it (negative).</param>
/// <param name="Subscription">The subscription that it is for; null for a granted credit.</param>
/// <param name="PaidAt">When it was paid, or found to be 0; null while it is due.</param>
public sealed record Invoice(
    InvoiceId Id,
    long Sequence,
    string Currency,
    ImmutableArray<ChargeLine> Lines,
    SubscriptionId? Subscription,
    DateTimeOffset IssuedAt,
    DateTimeOffset? PaidAt
)
{
    /// <summary>What is due: the sum of the lines, never negative.</summary>
    public decimal Amount => Lines.Sum(line => line.Amount);

    /// <summary>The beginning of the time that the invoice is for.</summary>
    public DateTimeOffset Start => Lines.Min(line => line.Start);

    /// <summary>The end of that time.</summary>
    public DateTimeOffset End => Lines.Max(line => line.End);

    /// <summary>
    /// The number that people see: it is unique, gapless per customer, and leads to the customer like an id.
    /// </summary>
    public string Number => $"{Id.Hex.Account}-{Sequence:d6}";

    /// <summary>The id of the invoice of a thing: a second delivery of the same charge makes the same invoice.</summary>
    /// <param name="source">The id of the charge or of the granted credit.</param>
    public static InvoiceId IdFor(AccountRoute account, string source) =>
        new(RoutedHex.Derive(account, LedgerHash.Digest("invoice", source)));
}
