using Drawdown.Domain;
using Drawdown.Domain.Accounts;
using Drawdown.Functions.Api;

namespace Drawdown.Functions.Customers;

/// <summary>What it means when the customer that a request names is not the one that was found.</summary>
public static class CustomerLookup
{
    /// <summary>Null when the head is the customer's; else the answer to a path that names another.</summary>
    public static Reply? Missing(AccountHead? head, string customerId)
    {
        if (Refuse(head, customerId, new Refusal.NotFound(Detail(customerId))) is { } refusal)
            return refusal;
        return null;
    }

    /// <summary>Null when the head is the customer's; else the refusal of a field or parameter that names another.</summary>
    public static Refusal? Unknown(AccountHead? head, string customerId) =>
        Refuse(head, customerId, new Refusal.Invalid(FaultCode.DoesNotExist, Detail(customerId), "customer_id"));

    private static Refusal? Refuse(AccountHead? head, string customerId, Refusal missing) =>
        head is null ? missing : CustomerDecisions.IsOf(head, customerId);

    private static string Detail(string customerId) => $"There is no customer '{customerId}'.";
}
