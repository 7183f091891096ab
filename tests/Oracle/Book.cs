using System.Globalization;
using System.Text.Json.Nodes;

namespace Drawdown.Oracle;

/// <summary>
/// One customer's account as the rules say it must be: plain lists, added up anew whenever a number is asked for. It knows
/// no storage and nothing of the product's code.
/// </summary>
public sealed partial class Book(string customer, string currency, string timezone)
{
    /// <summary>The credits that one operation can touch.</summary>
    private const int MostCredits = 45;

    /// <summary>Whose it is.</summary>
    public string Customer => customer;

    /// <summary>The credits, in the order in which they were granted.</summary>
    public List<Credit> Credits { get; private init; } = [];

    /// <summary>The ledger.</summary>
    public List<Line> Lines { get; private init; } = [];

    /// <summary>The drawdowns.</summary>
    public List<Spending> Drawdowns { get; private init; } = [];

    private List<(string Kind, string Id)> Externals { get; init; } = [];

    /// <summary>A copy that goes its own way.</summary>
    public Book Copy() =>
        new(customer, currency, timezone)
        {
            Credits = [.. Credits],
            Lines = [.. Lines],
            Drawdowns = [.. Drawdowns],
            Externals = [.. Externals],
            Subscriptions = [.. Subscriptions],
            Charges = [.. Charges],
            Invoices = [.. Invoices],
        };

    /// <summary>Does what a caller asks for, or says why not.</summary>
    /// <param name="now">When it is decided.</param>
    /// <param name="ids">The ids that new things were given; any texts when it is only asked what would happen.</param>
    public Expected Do(Command command, DateTimeOffset now, NewIds ids) =>
        command switch
        {
            CreateCustomer => Expected.Refusal(409, "duplicate_resource"),
            GrantCredit grant => Do(grant, now, ids),
            Subscribe subscribe => Do(subscribe, now, ids.Subscription, ids.Charge),
            ChangeUnits change => Do(change, now, ids.Charge, ids.Credit),
            PayInvoice pay => Do(pay, now),
            RetryCharge retry => Do(retry),
            GetSubscription get => Subscriptions.Find(one => one.Id == get.Subscription) is { } one
                ? Expected.Unchanged(Show(one))
                : Expected.Refusal(404, "not_found"),
            ListInvoices => Expected.Unchanged(new JsonArray([.. Invoices.Select(Show).Reverse()])),
            ListCharges => Expected.Unchanged(
                new JsonArray([.. Charges.OrderByDescending(one => one.Id, StringComparer.Ordinal).Select(Show)])
            ),
            UpdateCredit update => Do(update, now),
            VoidCredit voiding => Do(voiding, now),
            Draw draw => Do(draw, now, ids.Drawdown),
            Reverse reverse => Do(reverse, now),
            GetCredit get => Find(get.Credit) is { } credit
                ? Expected.Unchanged(Show(credit, now))
                : Expected.Refusal(404, "not_found"),
            ListCredits list => Do(list, now),
            GetBalance balance => Do(balance, now),
            GetLedger => Expected.Unchanged(new JsonArray([.. Lines.Select(Show).Reverse()])),
            VerifyLedger => Expected.Unchanged(
                new JsonObject
                {
                    ["ok"] = true,
                    ["entries"] = Lines.Count,
                    ["faults"] = new JsonArray(),
                }
            ),
            _ => throw new ArgumentOutOfRangeException(nameof(command), command, "Not a command of a customer."),
        };

    /// <summary>What must be answered where there is no such customer.</summary>
    public static Expected Nobody(Command command) =>
        command switch
        {
            GetBalance or GetLedger or VerifyLedger => Expected.Refusal(404, "not_found"),
            GrantCredit or Draw or ListCredits or Subscribe or ListInvoices or ListCharges => Expected.Refusal(
                400,
                "does_not_exist"
            ),
            _ => Expected.Refusal(404, "not_found"),
        };

    /// <summary>What is left of a credit, whether or not it has expired.</summary>
    public decimal Left(Credit credit) => Total(credit, line => true);

    /// <summary>What can be drawn of a currency.</summary>
    public decimal SpendableOf(string code, DateTimeOffset now) => Spendable(code, now).Sum(Left);

    /// <summary>The sum of a credit's lines of some kind, without their sign.</summary>
    public decimal Posted(Credit credit, string type) => Math.Abs(Total(credit, line => line.Type == type));

    /// <summary>Posts what lapsed in a credit.</summary>
    /// <returns>False when nothing has.</returns>
    public bool Lapse(string id, DateTimeOffset now)
    {
        if (Find(id) is not { } credit || Lapsed(credit, now) is not (> 0m and var lapsed))
            return false;
        Post(credit, IsVoid(credit) ? "void" : "expire", -lapsed, LapsedAt(credit), now, LapseReason(credit), null);
        return true;
    }

    /// <summary>Whether something has lapsed and is not posted.</summary>
    public bool IsOverdue(DateTimeOffset now) => Credits.Exists(credit => Lapsed(credit, now) > 0m);

    private Expected Do(GrantCredit grant, DateTimeOffset now, NewIds ids)
    {
        if (grant.ExternalId is { } external && Externals.Contains(("credit", external)))
            return Expected.Refusal(409, "duplicate_resource");
        var effective = grant.EffectiveAt ?? now;
        if (grant.ExpiresAt <= now || grant.ExpiresAt <= effective)
            return Expected.Refusal(400, "invalid");

        var credit = new Credit(
            ids.Credit,
            grant.Currency,
            grant.Amount,
            grant.Paid,
            effective,
            grant.ExpiresAt,
            now,
            grant.Description,
            grant.ExternalId,
            null
        );
        Credits.Add(credit);
        if (grant.ExternalId is { } taken)
            Externals.Add(("credit", taken));
        Post(credit, "grant", grant.Amount, effective, now, grant.Description, null);
        Bill(credit, now, ids.Invoice);
        return Expected.Done(201, Show(credit, now));
    }

    private Expected Do(UpdateCredit update, DateTimeOffset now)
    {
        if (Find(update.Credit) is not { } credit)
            return Expected.Refusal(404, "not_found");
        if (update.SetsExpiry && (update.ExpiresAt <= now || update.ExpiresAt <= credit.EffectiveAt))
            return Expected.Refusal(400, "invalid");
        if (Worth(credit, now) == 0m)
            return Expected.Refusal(400, "invalid_state", "Only active credits can be updated");
        var updated = credit with
        {
            Description = update.SetsDescription ? update.Description : credit.Description,
            ExpiresAt = update.SetsExpiry ? update.ExpiresAt : credit.ExpiresAt,
        };
        Credits[Credits.IndexOf(credit)] = updated;
        return new(200, null, Show(updated, now), updated != credit);
    }

    private Expected Do(VoidCredit voiding, DateTimeOffset now)
    {
        if (Find(voiding.Credit) is not { } credit)
            return Expected.Refusal(404, "not_found");
        if (Worth(credit, now) == 0m)
            return Expected.Unchanged(Show(credit, now));
        Post(credit, "void", -Left(credit), now, now, "Voided", null);
        var voided = credit with { VoidedAt = now };
        Credits[Credits.IndexOf(credit)] = voided;
        return Expected.Done(200, Show(voided, now));
    }

    private Expected Do(Draw draw, DateTimeOffset now, string id)
    {
        if (draw.ExternalId is { } external && Externals.Contains(("drawdown", external)))
            return Expected.Refusal(409, "duplicate_resource");
        if (draw.Credit is { } only)
        {
            if (Find(only) is not { } wanted)
                return Expected.Refusal(400, "does_not_exist");
            if (wanted.Currency != draw.Currency)
                return Expected.Refusal(400, "invalid");
        }

        var all = Spendable(draw.Currency, now);
        var candidates = draw.Credit is null ? all : all.FindAll(credit => credit.Id == draw.Credit);
        var available = candidates.Sum(Left);
        if (available < draw.Amount)
            return Expected.Refusal(409, "insufficient_credits", $"{Text(available)} {draw.Currency} can be drawn");
        if (candidates.Take(MostCredits).Sum(Left) < draw.Amount)
            return Expected.Refusal(400, "invalid_operation");

        var parts = Take(candidates, draw.Amount, now, draw.Description, id);
        var drawdown = new Spending(
            id,
            draw.Currency,
            draw.Amount,
            draw.Description,
            draw.ExternalId,
            now,
            parts,
            null
        );
        Drawdowns.Add(drawdown);
        if (draw.ExternalId is { } taken)
            Externals.Add(("drawdown", taken));
        return Expected.Done(201, Show(drawdown, now));
    }

    private Expected Do(Reverse reverse, DateTimeOffset now)
    {
        if (Drawdowns.Find(one => one.Id == reverse.Drawdown) is not { } drawdown)
            return Expected.Refusal(404, "not_found");
        if (drawdown.Reversal is not null)
            return Expected.Unchanged(Show(drawdown, now));

        var parts = new List<Part>();
        var lapsed = 0m;
        foreach (var part in drawdown.Parts)
        {
            var credit = Find(part.Credit)!;
            Post(credit, "reinstate", part.Amount, now, now, reverse.Reason, drawdown.Id);
            parts.Add(part with { BalanceAfter = Left(credit) });
            if (IsVoid(credit) || credit.ExpiresAt <= now)
                lapsed += part.Amount;
        }
        var reversed = drawdown with { Reversal = new(now, reverse.Reason, lapsed, parts) };
        Drawdowns[Drawdowns.IndexOf(drawdown)] = reversed;
        return Expected.Done(200, Show(reversed, now));
    }

    private Expected Do(ListCredits list, DateTimeOffset now) =>
        Expected.Unchanged(
            new JsonArray([
                .. Credits
                    .Where(credit => list.Currency is null || credit.Currency == list.Currency)
                    .Where(credit => list.Status is null || list.Status == Status(credit, now))
                    .OrderByDescending(credit => credit.Id, StringComparer.Ordinal)
                    .Select(credit => Show(credit, now)),
            ])
        );

    private Expected Do(GetBalance wanted, DateTimeOffset now)
    {
        var at = wanted.At ?? now;
        // As of an instant, what was written down for later did not count yet. Now, everything counts.
        bool Counts(Line line) => wanted.At is null || line.EffectiveAt <= at;
        var answer = new JsonArray();
        foreach (
            var group in Credits
                .Where(credit => credit.EffectiveAt <= at)
                .Where(credit => wanted.Currency is null || credit.Currency == wanted.Currency)
                .GroupBy(credit => credit.Currency)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
        )
        {
            decimal granted = 0m,
                drawn = 0m,
                expired = 0m,
                voided = 0m;
            var expiring = new SortedDictionary<DateTimeOffset, decimal>();
            foreach (var credit in group)
            {
                granted += credit.Amount;
                decimal Sum(string type) => -Total(credit, line => line.Type == type && Counts(line));
                drawn += Sum("drawdown") + Sum("reinstate");
                expired += Sum("expire");
                voided += Sum("void");
                var left = Total(credit, Counts);
                var isVoid = wanted.At is null ? IsVoid(credit) : credit.VoidedAt <= at;
                if (isVoid)
                    voided += left;
                else if (credit.ExpiresAt <= at)
                    expired += left;
                else if (credit.ExpiresAt is { } expiry && left > 0m)
                    expiring[expiry] = expiring.GetValueOrDefault(expiry) + left;
            }
            answer.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["currency"] = new JsonObject { ["code"] = group.Key },
                        ["granted"] = granted,
                        ["remaining"] = granted - drawn - expired - voided,
                        ["drawn"] = drawn,
                        ["expired"] = expired,
                        ["voided"] = voided,
                        ["expiring"] = new JsonArray([
                            .. expiring.Select(part =>
                                (JsonNode)new JsonObject { ["expires_at"] = Text(part.Key), ["amount"] = part.Value }
                            ),
                        ]),
                    }
            );
        }
        return Expected.Unchanged(answer);
    }

    /// <summary>
    /// What can be drawn, in the order of drawdown: soonest expiry first and never-expiring last, then what was paid most for,
    /// then the earlier effective, then the id.
    /// </summary>
    private List<Credit> Spendable(string code, DateTimeOffset now)
    {
        var found = Credits.FindAll(credit =>
            credit.Currency == code && credit.EffectiveAt <= now && Worth(credit, now) > 0m
        );
        found.Sort(
            (one, other) =>
            {
                if (one.ExpiresAt != other.ExpiresAt)
                {
                    if (one.ExpiresAt is null)
                        return 1;
                    if (other.ExpiresAt is null)
                        return -1;
                    return one.ExpiresAt < other.ExpiresAt ? -1 : 1;
                }
                // Paid per unit, multiplied out. The amounts of a simulation have few digits.
                var (mine, theirs) = (one.Paid * other.Amount, other.Paid * one.Amount);
                if (mine != theirs)
                    return mine > theirs ? -1 : 1;
                if (one.EffectiveAt != other.EffectiveAt)
                    return one.EffectiveAt < other.EffectiveAt ? -1 : 1;
                return string.CompareOrdinal(one.Id, other.Id);
            }
        );
        return found;
    }

    private List<Part> Take(
        IEnumerable<Credit> candidates,
        decimal amount,
        DateTimeOffset now,
        string? reason,
        string? drawdown
    )
    {
        var parts = new List<Part>();
        foreach (var credit in candidates)
        {
            var taken = Math.Min(amount, Left(credit));
            if (taken == 0m)
                break;
            amount -= taken;
            Post(credit, "drawdown", -taken, now, now, reason, drawdown);
            parts.Add(new(credit.Id, taken, Left(credit)));
        }
        return parts;
    }

    private void Post(
        Credit credit,
        string type,
        decimal amount,
        DateTimeOffset effective,
        DateTimeOffset now,
        string? reason,
        string? drawdown
    )
    {
        // The lines of one credit count in their order.
        foreach (var line in Lines)
            if (line.Credit == credit.Id && line.EffectiveAt > effective)
                effective = line.EffectiveAt;
        var after = Left(credit) + amount;
        Lines.Add(new(type, credit.Id, credit.Currency, amount, after, effective, now, reason, drawdown));
    }

    private decimal Total(Credit credit, Func<Line, bool> which) =>
        Lines.Where(line => line.Credit == credit.Id && which(line)).Sum(line => line.Amount);

    /// <summary>A credit by its id.</summary>
    public Credit? Find(string id) => Credits.Find(credit => credit.Id == id);

    private static bool IsVoid(Credit credit) => credit.VoidedAt is not null;

    private decimal Worth(Credit credit, DateTimeOffset now) =>
        IsVoid(credit) || credit.ExpiresAt <= now ? 0m : Left(credit);

    private decimal Lapsed(Credit credit, DateTimeOffset now) => Left(credit) - Worth(credit, now);

    private DateTimeOffset LapsedAt(Credit credit)
    {
        var at = credit.VoidedAt ?? credit.ExpiresAt!.Value;
        foreach (var line in Lines)
            if (line.Credit == credit.Id && line.EffectiveAt > at)
                at = line.EffectiveAt;
        return at;
    }

    private static string LapseReason(Credit credit) => IsVoid(credit) ? "Voided" : "Expired";

    private string Status(Credit credit, DateTimeOffset now) => Worth(credit, now) > 0m ? "active" : "inactive";

    private JsonNode Show(Credit credit, DateTimeOffset now)
    {
        var back = Lines
            .Where(line => line.Credit == credit.Id && line.Type == "reinstate")
            .Select(line => line.Drawdown)
            .ToList();
        var taken = new JsonArray();
        foreach (var line in Lines)
            if (line.Credit == credit.Id && line.Amount < 0m)
                if (line.Type != "drawdown" || !back.Contains(line.Drawdown))
                    taken.Add(Taken(line.Amount, line.Reason, line.EffectiveAt));
        if (Lapsed(credit, now) is > 0m and var lapsed)
            taken.Add(Taken(-lapsed, LapseReason(credit), LapsedAt(credit)));
        return new JsonObject
        {
            ["credit_id"] = credit.Id,
            ["customer"] = new JsonObject { ["customer_id"] = customer },
            ["amount"] = credit.Amount,
            ["amount_remaining"] = Worth(credit, now),
            ["currency"] = new JsonObject { ["code"] = credit.Currency },
            ["description"] = credit.Description,
            ["effective_at"] = Text(credit.EffectiveAt),
            ["expires_at"] = Text(credit.ExpiresAt),
            ["status"] = Status(credit, now),
            ["amount_paid"] = credit.Paid,
            ["amount_paid_currency"] = credit.Paid > 0m ? new JsonObject { ["code"] = credit.Currency } : null,
            ["drawdowns"] = taken,
            ["external_id"] = credit.ExternalId,
        };
    }

    private static JsonNode Taken(decimal amount, string? description, DateTimeOffset at) =>
        new JsonObject
        {
            ["amount"] = amount,
            ["description"] = description,
            ["applied_at"] = Text(at),
        };

    private JsonNode Show(Spending drawdown, DateTimeOffset now) =>
        new JsonObject
        {
            ["drawdown_id"] = drawdown.Id,
            ["customer_id"] = customer,
            ["amount"] = drawdown.Amount,
            ["currency_code"] = drawdown.Currency,
            ["description"] = drawdown.Description,
            ["external_id"] = drawdown.ExternalId,
            ["drawn_at"] = Text(drawdown.DrawnAt),
            ["entries"] = Show(drawdown.Parts, -1),
            ["remaining"] = Spendable(drawdown.Currency, now).Sum(Left),
            ["reversal"] = drawdown.Reversal is { } reversal
                ? new JsonObject
                {
                    ["reversed_at"] = Text(reversal.At),
                    ["reason"] = reversal.Reason,
                    ["lapsed"] = reversal.Lapsed,
                    ["entries"] = Show(reversal.Parts, 1),
                }
                : null,
        };

    private static JsonArray Show(IEnumerable<Part> parts, int sign) =>
        new([
            .. parts.Select(part =>
                (JsonNode)
                    new JsonObject
                    {
                        ["credit_id"] = part.Credit,
                        ["amount"] = sign * part.Amount,
                        ["balance_after"] = part.BalanceAfter,
                    }
            ),
        ]);

    private static JsonNode Show(Line line, int index) =>
        new JsonObject
        {
            ["seq"] = index + 1,
            ["type"] = line.Type,
            ["credit_id"] = line.Credit,
            ["currency_code"] = line.Currency,
            ["amount"] = line.Amount,
            ["balance_after"] = line.BalanceAfter,
            ["effective_at"] = Text(line.EffectiveAt),
            ["recorded_at"] = Text(line.RecordedAt),
            ["reason"] = line.Reason,
            ["drawdown_id"] = line.Drawdown,
        };

    private static string Text(decimal value) =>
        (value / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture);

    private static string? Text(DateTimeOffset? instant) => instant is { } at ? Text(at) : null;

    private static string Text(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
