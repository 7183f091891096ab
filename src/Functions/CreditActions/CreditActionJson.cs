using System.Globalization;
using System.Text.Json;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.CreditBatches;
using Drawdown.Functions.Api;
using Drawdown.Functions.Api.Incoming;

namespace Drawdown.Functions.CreditActions;

/// <summary>
/// An action as Thought Industries shows it ("Show Credit Actions"): where the credits came from and went to, with the
/// balances of both before and after. Beside it stands everything else that the ledger holds, and the hash of the action.
/// </summary>
public static class CreditActionJson
{
    /// <summary>Where an action stands in a list.</summary>
    public static string Position(CreditAction action) => action.Seq.ToString("d19", CultureInfo.InvariantCulture);

    private sealed record Side(string? Id, string? Type, long? In, long? Out);

    /// <summary>The fields of an action.</summary>
    public static void Write(Utf8JsonWriter json, AccountHead head, CreditAccount? account, CreditAction action)
    {
        var batch = new Side(action.Batch.ToString(), "creditBatch", action.Before.Current, action.After.Current);
        var held = action.Allocation is { } move
            ? new Side(move.Id.ToString(), "creditAllocation", move.Before, move.After)
            : null;
        var (source, target) = action.Type switch
        {
            CreditActionType.Allocate => (batch, held),
            CreditActionType.Return => (held, batch),
            CreditActionType.Redeem => (held, Content(action.Allocation!)),
            CreditActionType.Expire or CreditActionType.Void => (batch, null),
            _ => ((Side?)null, (Side?)batch),
        };
        json.Text("id", action.Id.ToString());
        json.Text("client", head.CustomerId);
        json.Text("action", action.Type.Name());
        json.WriteNumber("amount", action.Amount);
        WriteSide(json, "target", target);
        json.Text("initiator", action.Actor);
        json.Text("initiatorType", action.Actor.StartsWith("timer:", StringComparison.Ordinal) ? "timer" : "apiKey");
        json.Text("creditAccountName", account?.Name);
        WriteSide(json, "source", source);
        json.Milliseconds("timestamp", action.EffectiveAt);
        json.Milliseconds("updatedAt", action.RecordedAt);
        json.Text("creditBatchId", action.Batch.ToString());
        json.Text("creditAllocationId", action.Allocation?.Id.ToString());
        json.Text("userId", action.Allocation?.User);
        json.Text("reason", action.Reason);
        WriteBalances(json, "before", action.Before);
        WriteBalances(json, "after", action.After);
        json.WriteNumber("seq", action.Seq);
        json.WriteNumber("ordinal", action.Ordinal);
        json.Text("requestId", action.RequestId);
        json.Text("previousHash", action.PreviousHash);
        json.Text("hash", action.Hash);
    }

    private static Side? Content(AllocationMove move) =>
        move.ContentType is null && move.ContentId is null
            ? null
            : new Side(move.ContentId, move.ContentType, null, null);

    private static void WriteSide(Utf8JsonWriter json, string name, Side? side)
    {
        json.Text(name, side?.Id);
        json.Text(name + "Type", side?.Type);
        json.Number(name + "BalanceIn", side?.In);
        json.Number(name + "BalanceOut", side?.Out);
    }

    private static void WriteBalances(Utf8JsonWriter json, string name, BatchBalances balances) =>
        json.Object(
            name,
            () =>
            {
                json.WriteNumber("startingBalance", balances.Starting);
                json.WriteNumber("adjustments", balances.Adjustments);
                json.WriteNumber("currentBalance", balances.Current);
                json.WriteNumber("allocatedCredits", balances.Allocated);
                json.WriteNumber("redeemed", balances.Redeemed);
                json.WriteNumber("lapsed", balances.Lapsed);
            }
        );
}
