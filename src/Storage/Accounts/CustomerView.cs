using Drawdown.Domain.Accounts;
using Drawdown.Domain.Invoicing;
using Drawdown.Domain.Subscriptions;

namespace Drawdown.Storage.Accounts;

/// <summary>A customer with its invoices and subscriptions, newest first.</summary>
public sealed record CustomerView(
    AccountHead Head,
    IReadOnlyList<Invoice> Invoices,
    IReadOnlyList<Subscription> Subscriptions
)
{
    /// <summary>What is unpaid in the customer's own currency.</summary>
    public decimal Due =>
        Invoices
            .Where(invoice => invoice.PaidAt is null && invoice.Currency == Head.Customer.DefaultCurrency)
            .Sum(invoice => invoice.Amount);
}
