using Drawdown.Domain.Ids;

namespace Drawdown.Domain.Accounts;

/// <summary>The decisions about a customer as a whole.</summary>
public static class CustomerDecisions
{
    /// <summary>Creates a customer, unless the id is taken.</summary>
    /// <param name="existing">The head found where the new one would live, or null.</param>
    public static Outcome<AccountChange> Create(
        AccountHead? existing,
        OrganizationId organization,
        string customerId,
        CustomerProfile profile,
        DateTimeOffset now
    )
    {
        if (existing is not null)
            return IsOf(existing, customerId) is { } collision
                ? collision
                : new Refusal.Duplicate($"A customer with the customer_id '{customerId}' exists.");

        return new AccountChange(
            new AccountHead
            {
                Organization = organization,
                Kind = AccountKind.Customer,
                CustomerId = customerId,
                Profile = profile,
                CreatedAt = now,
                Version = 1,
            }
        );
    }

    /// <summary>
    /// Null when the head is this customer's; else the refusal. Two customers of one organization whose ids hash to one
    /// route must never be mixed up.
    /// </summary>
    public static Refusal? IsOf(AccountHead head, string customerId) =>
        string.Equals(head.CustomerId, customerId, StringComparison.Ordinal)
            ? null
            : new Refusal.Conflict(
                "This customer_id cannot be used: its route is taken by another customer. Choose another id."
            );
}
