using System.Collections.Immutable;
using Drawdown.Domain.Ids;

namespace Drawdown.Domain.Invoicing;

/// <summary>An amount that is to be invoiced. Its lines never change.</summary>
/// <param name="Currency">An ISO 4217 code.</param>
/// <param name="Lines">May be empty when it takes others.</param>
/// <param name="Takes">Waiting charges that go on the same invoice.</param>
/// <param name="Invoice">The invoice that it is on.</param>
/// <param name="FailureReason">Why its message was given up.</param>
public sealed record Charge(
    ChargeId Id,
    SubscriptionId Subscription,
    string Currency,
    ImmutableArray<ChargeLine> Lines,
    ImmutableArray<ChargeId> Takes,
    ChargeStatus Status,
    InvoiceId? Invoice,
    string? FailureReason,
    DateTimeOffset CreatedAt
)
{
    /// <summary>
    /// Waiting charges that one invoice takes at most, so that its transaction has room for them and for the customer's
    /// credits. More of them go on invoices of their own, before the period is closed.
    /// </summary>
    public const int MaxTaken = 40;

    /// <summary>The sum of the lines.</summary>
    public decimal Amount => Lines.Sum(line => line.Amount);
}
