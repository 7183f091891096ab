using System.Globalization;
using System.Text.Json.Nodes;
using Drawdown.Oracle;

namespace Drawdown.Simulation;

/// <summary>Commands as requests to the Lotus side of the API.</summary>
public static class LotusCalls
{
    /// <summary>The request of a command.</summary>
    public static HttpCall Of(Command command, string? key) =>
        command switch
        {
            CreateCustomer create => Post(
                "/api/customers/",
                key,
                ("customer_id", create.Customer),
                ("email", $"{create.Customer}@example.com"),
                ("default_currency_code", create.Currency),
                ("timezone", create.Timezone)
            ),
            GrantCredit grant => Post(
                "/api/credits/",
                key,
                ("customer_id", grant.Customer),
                ("amount", grant.Amount),
                ("currency_code", grant.Currency),
                ("description", grant.Description),
                ("effective_at", Text(grant.EffectiveAt)),
                ("expires_at", Text(grant.ExpiresAt)),
                ("amount_paid", grant.Paid == 0m ? null : grant.Paid),
                ("external_id", grant.ExternalId)
            ),
            UpdateCredit update => Post(
                $"/api/credits/{update.Credit}/update/",
                key,
                update.SetsDescription,
                update.SetsExpiry,
                ("description", update.Description),
                ("expires_at", Text(update.ExpiresAt))
            ),
            VoidCredit voiding => Post($"/api/credits/{voiding.Credit}/void/", key),
            Draw draw => Post(
                "/api/drawdowns/",
                key,
                ("customer_id", draw.Customer),
                ("amount", draw.Amount),
                ("currency_code", draw.Currency),
                ("credit_id", draw.Credit),
                ("description", draw.Description),
                ("external_id", draw.ExternalId)
            ),
            Reverse reverse => Post($"/api/drawdowns/{reverse.Drawdown}/reverse/", key, ("reason", reverse.Reason)),
            GetCredit get => Get($"/api/credits/{get.Credit}/"),
            ListCredits list => Get(
                "/api/credits/",
                ("customer_id", list.Customer),
                ("currency_code", list.Currency),
                ("status", list.Status)
            ),
            GetBalance balance => Get(
                $"/api/customers/{balance.Customer}/balance/",
                ("at", Text(balance.At)),
                ("currency_code", balance.Currency)
            ),
            GetLedger ledger => Get($"/api/customers/{ledger.Customer}/ledger/"),
            VerifyLedger verify => Get($"/api/customers/{verify.Customer}/ledger/verify/"),
            _ => throw new ArgumentOutOfRangeException(nameof(command), command, "Not a command of this side."),
        };

    private static HttpCall Get(string path, params ReadOnlySpan<(string Name, string? Value)> query)
    {
        var separator = '?';
        foreach (var (name, value) in query)
            if (value is not null)
            {
                path += $"{separator}{name}={Uri.EscapeDataString(value)}";
                separator = '&';
            }
        return new("GET", path, null, null);
    }

    private static HttpCall Post(string path, string? key, params ReadOnlySpan<(string Name, object? Value)> fields)
    {
        var body = new JsonObject();
        foreach (var (name, value) in fields)
            if (value is not null)
                body[name] = Json(value);
        return new("POST", path, body.ToJsonString(), key);
    }

    private static HttpCall Post(
        string path,
        string? key,
        bool first,
        bool second,
        (string Name, object? Value) one,
        (string Name, object? Value) other
    )
    {
        var body = new JsonObject();
        if (first)
            body[one.Name] = Json(one.Value);
        if (second)
            body[other.Name] = Json(other.Value);
        return new("POST", path, body.ToJsonString(), key);
    }

    private static JsonNode? Json(object? value) =>
        value switch
        {
            null => null,
            string text => text,
            decimal amount => amount,
            bool flag => flag,
            JsonNode node => node,
            _ => throw new ArgumentOutOfRangeException(nameof(value), value, "Not a field's value."),
        };

    /// <summary>An instant as it is sent.</summary>
    public static string? Text(DateTimeOffset? instant) =>
        instant?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
