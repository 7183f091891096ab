using System.Collections.Immutable;
using System.Text.Json;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.Credits;
using Drawdown.Functions.Api;

namespace Drawdown.Functions.Drawdowns;

/// <summary>A drawdown as the API shows it.</summary>
public static class DrawdownJson
{
    /// <summary>The fields of a drawdown, its reversal included.</summary>
    /// <param name="spendable">What the customer can still draw in this currency.</param>
    public static void Write(Utf8JsonWriter json, AccountHead head, CreditDrawdown drawdown, decimal spendable)
    {
        json.Text("drawdown_id", drawdown.Id.ToString());
        json.Text("customer_id", head.CustomerId);
        json.Money("amount", drawdown.Amount);
        json.Text("currency_code", drawdown.Currency);
        json.Text("description", drawdown.Description);
        json.Text("external_id", drawdown.ExternalId);
        json.Instant("drawn_at", drawdown.DrawnAt);
        Write(json, "entries", drawdown.Slices, sign: -1);
        json.Money("remaining", spendable);
        if (drawdown.Reversal is not { } reversal)
        {
            json.WriteNull("reversal");
            return;
        }
        json.Object(
            "reversal",
            () =>
            {
                json.Instant("reversed_at", reversal.At);
                json.Text("reason", reversal.Reason);
                json.Money("lapsed", reversal.Lapsed);
                Write(json, "entries", reversal.Slices, sign: 1);
            }
        );
    }

    private static void Write(Utf8JsonWriter json, string name, ImmutableArray<Slice> slices, int sign) =>
        json.Objects(
            name,
            slices,
            slice =>
            {
                json.Text("entry_id", slice.Entry.ToString());
                json.Text("credit_id", slice.Credit.ToString());
                json.Money("amount", sign * slice.Amount);
                json.Money("balance_after", slice.BalanceAfter);
            }
        );
}
