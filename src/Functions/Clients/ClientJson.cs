using System.Text.Json;
using Drawdown.Domain.Accounts;
using Drawdown.Functions.Api;
using Drawdown.Functions.Api.Incoming;

namespace Drawdown.Functions.Clients;

/// <summary>A client as the Incoming side shows it.</summary>
public static class ClientJson
{
    /// <summary>The fields of a client.</summary>
    public static void Write(Utf8JsonWriter json, AccountHead head)
    {
        json.Text("id", head.CustomerId);
        json.Text("name", (head.Profile as ClientProfile)?.Name);
        json.Milliseconds("createdAt", head.CreatedAt);
    }
}
