using System.Text.Json;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.CreditBatches;
using Drawdown.Domain.Ids;
using Drawdown.Functions.Api;
using Drawdown.Functions.Api.Incoming;
using Drawdown.Functions.CreditBatches;

namespace Drawdown.Functions.CreditAllocations;

/// <summary>
/// An allocation as of an instant: <c>amount = unspent + redeemed + returned + lapsed</c>.
/// </summary>
public static class CreditAllocationJson
{
    /// <summary>Where an allocation is.</summary>
    public static string PathOf(CreditAllocationId id) => $"/incoming/v2/clients/creditAllocations/{id}";

    /// <summary>The fields of an allocation.</summary>
    public static void Write(
        Utf8JsonWriter json,
        AccountHead head,
        CreditAllocation allocation,
        CreditBatchStanding batch
    )
    {
        var standing = allocation.StandingIn(batch);
        json.Text("id", allocation.Id.ToString());
        json.Text("clientId", head.CustomerId);
        json.Text("creditAccountId", batch.Batch.Account?.ToString());
        json.Text("creditBatchId", allocation.Batch.ToString());
        json.Text("userId", allocation.User);
        json.WriteNumber("amount", allocation.Amount);
        json.WriteNumber("unspent", standing.Unspent);
        json.WriteNumber("redeemed", allocation.Redeemed);
        json.WriteNumber("returned", allocation.Returned);
        json.WriteNumber("lapsed", standing.Lapsed);
        json.Text("note", allocation.Note);
        json.Milliseconds("createdAt", allocation.CreatedAt);
        // What is left of it lapses when its batch closes; that is a change.
        json.Milliseconds("updatedAt", standing.Lapsed > 0 ? batch.UpdatedAt : allocation.UpdatedAt);
    }

    /// <summary>An allocation beside its batch, as every write to it answers.</summary>
    public static void WriteBoth(Utf8JsonWriter json, AllocationDecided decided, DateTimeOffset now)
    {
        json.Object("allocation", () => Write(json, decided.Head, decided.Allocation, decided.Batch.StandingAt(now)));
        json.Object("creditBatch", () => CreditBatchJson.Write(json, decided.Head, decided.Batch, now));
    }
}
