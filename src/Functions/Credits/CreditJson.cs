using System.Text.Json;
using Drawdown.Domain.Credits;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Ledger;
using Drawdown.Functions.Api;
using Drawdown.Functions.Customers;
using Drawdown.Storage.Accounts;
using Drawdown.Storage.Idempotency;

namespace Drawdown.Functions.Credits;

/// <summary>A credit as Lotus shows it, as of an instant. Source: Lotus, "Update credit", response.</summary>
public static class CreditJson
{
    /// <summary>Where a credit is.</summary>
    public static string PathOf(Credit credit) => $"/api/credits/{credit.Id}/";

    /// <summary>The answer that shows one credit.</summary>
    public static StoredAnswer Show(CreditView view, DateTimeOffset now) => Answers.Ok(json => Write(json, view, now));

    /// <summary>The fields of a credit.</summary>
    public static void Write(Utf8JsonWriter json, CreditView view, DateTimeOffset now)
    {
        var (credit, standing) = (view.Credit, view.Credit.StandingAt(now));
        json.Text("credit_id", credit.Id.ToString());
        CustomerJson.WriteBrief(json, view.Head);
        json.Money("amount", credit.Amount);
        json.Money("amount_remaining", standing.Remaining);
        CurrencyJson.Write(json, "currency", credit.Currency);
        json.Text("description", credit.Description);
        json.Instant("effective_at", credit.EffectiveAt);
        json.Instant("expires_at", credit.ExpiresAt);
        json.Text("status", StatusOf(standing));
        json.Money("amount_paid", credit.AmountPaid);
        CurrencyJson.Write(json, "amount_paid_currency", credit.AmountPaidCurrency);
        json.Objects("drawdowns", Drawdowns(view, standing), line => line.Write(json));
        json.Text("external_id", credit.ExternalId);
        json.Raw("metadata", credit.Metadata);
    }

    /// <summary>The documented name of the status.</summary>
    public static string StatusOf(CreditStanding standing) => standing.IsActive ? "active" : "inactive";

    /// <summary>
    /// Everything that took from the credit and was not given back, so that <c>amount</c> plus the sum of the drawdowns is
    /// always <c>amount_remaining</c>. What has lapsed stands here before a timer has posted it, as it will stand after.
    /// </summary>
    private static IEnumerable<Line> Drawdowns(CreditView view, CreditStanding standing)
    {
        var reinstated = view
            .Entries.Where(entry => entry.Type is EntryType.Reinstate)
            .Select(entry => entry.Drawdown)
            .ToHashSet();
        foreach (var entry in view.Entries)
            if (entry.Type.Sign() < 0 && !(entry.Type is EntryType.Drawdown && reinstated.Contains(entry.Drawdown)))
                yield return new(entry.Id, entry.Amount, entry.Reason, entry.EffectiveAt);
        if (standing is { Lapsed: > 0m, Closing: { } closing, ClosedAt: { } closedAt })
            yield return new(
                LedgerEntry.IdOf(view.Credit.Id, view.Credit.Entries + 1),
                -standing.Lapsed,
                CreditDecisions.LapseReason(closing),
                closedAt
            );
    }

    private sealed record Line(CreditId Entry, decimal Amount, string? Description, DateTimeOffset AppliedAt)
    {
        public void Write(Utf8JsonWriter json)
        {
            json.Text("credit_id", Entry.ToString());
            json.Money("amount", Amount);
            json.Text("description", Description);
            json.Instant("applied_at", AppliedAt);
        }
    }
}
