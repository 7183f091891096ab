using System.Text.Json;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.CreditBatches;
using Drawdown.Domain.Ids;
using Drawdown.Functions.Api;
using Drawdown.Functions.Api.Incoming;
using Drawdown.Storage.Idempotency;

namespace Drawdown.Functions.CreditBatches;

/// <summary>
/// A credit batch as of an instant: exactly the eleven documented fields. Source: Thought Industries, "Update Credit Batch",
/// response.
/// </summary>
public static class CreditBatchJson
{
    /// <summary>Where a batch is.</summary>
    public static string PathOf(CreditBatchId id) => $"/incoming/v2/clients/creditBatches/{id}";

    /// <summary>The answer that shows one batch.</summary>
    public static StoredAnswer Show(string operation, AccountHead head, CreditBatch batch, DateTimeOffset now) =>
        IncomingAnswers.Ok(operation, json => Write(json, head, batch, now));

    /// <summary>The fields of a batch.</summary>
    public static void Write(Utf8JsonWriter json, AccountHead head, CreditBatch batch, DateTimeOffset now)
    {
        var standing = batch.StandingAt(now);
        json.Text("id", batch.Id.ToString());
        json.Text("name", batch.Name);
        json.Milliseconds("expiresOn", batch.ExpiresOn);
        json.WriteNumber("startingBalance", standing.Balances.Starting);
        json.WriteNumber("currentBalance", standing.Balances.Current);
        json.Text("clientId", head.CustomerId);
        json.Text("status", standing.Status.Name());
        json.Milliseconds("createdAt", batch.CreatedAt);
        json.Milliseconds("updatedAt", standing.UpdatedAt);
        json.Text("creditAccountId", batch.Account?.ToString());
        json.WriteNumber("allocatedCredits", standing.Balances.Allocated);
    }
}
