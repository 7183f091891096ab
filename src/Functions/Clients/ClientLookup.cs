using Drawdown.Domain;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.Ids;

namespace Drawdown.Functions.Clients;

/// <summary>Finds the client that a caller names.</summary>
public static class ClientLookup
{
    /// <summary>The refusal when the head is not this client's; null when it is.</summary>
    public static Refusal? Unknown(AccountHead? head, ClientId id) =>
        head?.CustomerId == id.ToString() ? null : new Refusal.NotFound($"There is no client {id}.");
}
