using System.Text.Json;
using Drawdown.Domain.Ledger;
using Drawdown.Functions.Api;

namespace Drawdown.Functions.Ledger;

/// <summary>A ledger entry as the API shows it: every field that its hash covers, so that anyone can check the chain.</summary>
public static class LedgerEntryJson
{
    /// <summary>The fields of an entry.</summary>
    public static void Write(Utf8JsonWriter json, LedgerEntry entry)
    {
        json.WriteNumber("seq", entry.Seq);
        json.Text("entry_id", entry.Id.ToString());
        json.Text("type", entry.Type.Name());
        json.Text("credit_id", entry.Credit.ToString());
        json.WriteNumber("ordinal", entry.Ordinal);
        json.Text("currency_code", entry.Currency);
        json.Money("amount", entry.Amount);
        json.Money("balance_after", entry.BalanceAfter);
        json.Instant("effective_at", entry.EffectiveAt);
        json.Instant("recorded_at", entry.RecordedAt);
        json.Text("actor", entry.Actor);
        json.Text("reason", entry.Reason);
        json.Text("request_id", entry.RequestId);
        json.Text("drawdown_id", entry.Drawdown?.ToString());
        json.Text("previous_hash", entry.PreviousHash);
        json.Text("hash", entry.Hash);
    }
}
