using System.Collections.Immutable;
using System.Text.Json;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.CreditBatches;
using Drawdown.Functions.Api;
using Drawdown.Functions.Api.Incoming;

namespace Drawdown.Functions.CreditAccounts;

/// <summary>A credit account as of an instant. Source: Thought Industries, "Create Credit Account", response.</summary>
public static class CreditAccountJson
{
    /// <summary>The fields of an account.</summary>
    /// <param name="batches">The client's batches, at least those of this account.</param>
    public static void Write(
        Utf8JsonWriter json,
        AccountHead head,
        CreditAccount account,
        IEnumerable<CreditBatch> batches,
        DateTimeOffset now
    )
    {
        var own = batches.Where(batch => batch.Account == account.Id).Select(batch => batch.StandingAt(now)).ToList();
        json.Text("id", account.Id.ToString());
        json.Text("clientId", head.CustomerId);
        json.Text("name", account.Name);
        json.Text("type", account.Type);
        json.Objects(
            "sublicenses",
            account.LicenseIds,
            license =>
            {
                json.Text("id", license);
                json.WriteBoolean("deleted", false);
            }
        );
        json.WriteNumber("currentBalance", own.Sum(batch => batch.Balances.Current));
        json.Text("status", "active");
        Texts(json, "notifyEmails", account.NotifyEmails);
        Texts(json, "licenseIds", account.LicenseIds);
        json.Number("batchDaysUntilExpire", account.BatchDaysUntilExpire);
        json.Number("minimumBatchAmount", account.MinimumBatchAmount);
        json.Text("creditBatchName", account.CreditBatchName);
        json.Milliseconds("createdAt", account.CreatedAt);
        // The balance is part of it: it changed when its batches last did.
        json.Milliseconds("updatedAt", own.Select(batch => batch.UpdatedAt).Append(account.CreatedAt).Max());
    }

    private static void Texts(Utf8JsonWriter json, string name, ImmutableArray<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
