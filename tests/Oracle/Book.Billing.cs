using System.Text.Json.Nodes;

namespace Drawdown.Oracle;

// Subscriptions, charges and invoices.
public sealed partial class Book
{
    /// <summary>The subscriptions.</summary>
    public List<Subscription> Subscriptions { get; private init; } = [];

    /// <summary>The charges.</summary>
    public List<Charge> Charges { get; private init; } = [];

    /// <summary>The invoices, by number.</summary>
    public List<Invoice> Invoices { get; private init; } = [];

    /// <summary>Takes the step of a subscription that is due.</summary>
    /// <param name="charge">The id that its charge was given.</param>
    /// <returns>False when none is due.</returns>
    public bool Step(string id, DateTimeOffset now, string charge)
    {
        var at = Subscriptions.FindIndex(one => one.Id == id);
        if (at < 0 || !Subscriptions[at].IsDue(now))
            return false;
        Subscriptions[at] = Step(Subscriptions[at], now, charge);
        return true;
    }

    /// <summary>Makes the invoice of a charge.</summary>
    /// <returns>False when it has one, or waits for another charge's.</returns>
    public bool Process(string charge, string id, DateTimeOffset now)
    {
        if (Charges.Find(one => one.Id == charge) is not { Status: "queued" or "failed" } found)
            return false;
        var taken = Charges.FindAll(one => found.Takes.Contains(one.Id));
        List<BillLine> lines = [.. found.Lines, .. taken.SelectMany(one => one.Lines)];
        var total = lines.Sum(line => line.Amount);
        var candidates = Spendable("USD", now).Take(Math.Min(MostCredits, (91 - taken.Count) / 2)).ToList();
        // Nobody can pay fractions of a cent.
        var applicable = decimal.Truncate(candidates.Sum(Left) * 100m) / 100m;
        var spent = Math.Min(total, applicable);
        Take(candidates, spent, now, $"Applied to invoice {id}", null);
        if (spent > 0m)
            lines.Add(
                new(
                    "Applied credit",
                    lines.Min(line => line.Start),
                    lines.Max(line => line.End),
                    null,
                    "one_time",
                    -spent
                )
            );
        Invoices.Add(new(id, Invoices.Count + 1, "USD", lines, found.Subscription, now, spent == total ? now : null));
        foreach (var one in taken.Append(found))
            Charges[Charges.IndexOf(one)] = one with { Status = "invoiced", Invoice = id };
        return true;
    }

    /// <summary>Gives a charge up.</summary>
    /// <returns>False when it is not on its way.</returns>
    public bool Fail(string charge)
    {
        if (Charges.Find(one => one.Id == charge) is not { Status: "queued" } found)
            return false;
        Charges[Charges.IndexOf(found)] = found with { Status = "failed" };
        return true;
    }

    /// <summary>Whether a change of units has to wait until a step was taken.</summary>
    public bool IsDue(string subscription, DateTimeOffset now) =>
        Subscriptions.Find(one => one.Id == subscription) is { } found && found.IsDue(now);

    private Expected Do(Subscribe wanted, DateTimeOffset now, string id, string charge)
    {
        if (wanted.End <= wanted.Start || currency != "USD")
            return Expected.Refusal(400, "invalid");
        var made = new Subscription(
            id,
            wanted.Plan,
            timezone,
            wanted.Start,
            wanted.End,
            wanted.AutoRenew,
            -1,
            wanted.Units ?? wanted.Plan.Units,
            [],
            0m,
            [],
            false
        );
        if (
            Subscriptions.Exists(other =>
                other.Plan.Id == made.Plan.Id && made.Start < other.LastEnd && other.Start < made.LastEnd
            )
        )
            return Expected.Refusal(400, "overlapping_plans");
        if (made.IsDue(now))
            made = Step(made, now, charge);
        Subscriptions.Add(made);
        return Expected.Done(201, Show(made));
    }

    private Expected Do(ChangeUnits change, DateTimeOffset now, string charge, string credit)
    {
        if (Subscriptions.Find(one => one.Id == change.Subscription) is not { } subscription)
            return Expected.Refusal(404, "not_found");
        if (subscription.IsDue(now))
            return Expected.Refusal(409, "conflict");
        if (now < subscription.Start || subscription.Closed || now >= subscription.LastEnd || subscription.Period < 0)
            return Expected.Refusal(400, "invalid_state");
        if (change.Metric != subscription.Plan.Metric)
            return Expected.Refusal(400, "invalid_operation");
        if (change.Units == subscription.Units)
            return Expected.Unchanged(Show(subscription));

        var begun = subscription.Begins(subscription.Period);
        var from = now > begun ? now : begun;
        var held = subscription with
        {
            Units = change.Units,
            Held = [.. subscription.Held.Where(one => one.From < from), new(change.Units, from)],
        };
        var due = DueFor(held);
        var delta = due - subscription.Charged;
        var line = new BillLine(
            $"{subscription.Plan.MetricName}: prepaid units from {Text(subscription.Units)} to {Text(change.Units)}",
            from,
            subscription.Until(subscription.Period),
            change.Units - subscription.Units,
            "intermediate",
            delta
        );
        held = held with { Charged = due };
        if (delta > 0m)
        {
            Charges.Add(new(charge, held.Id, [line], [], change.InvoiceNow ? "queued" : "waiting", null, now));
            if (!change.InvoiceNow)
                held = held with { Waiting = [.. held.Waiting, charge] };
        }
        else if (delta < 0m)
        {
            Credits.Add(new(credit, "USD", -delta, 0m, now, null, now, line.Name, null, null));
            Post(Credits[^1], "grant", -delta, now, now, line.Name, null);
        }
        Subscriptions[Subscriptions.IndexOf(subscription)] = held;
        return Expected.Done(200, Show(held));
    }

    private Expected Do(PayInvoice pay, DateTimeOffset now)
    {
        if (Invoices.Find(one => one.Id == pay.Invoice) is not { } invoice)
            return Expected.Refusal(404, "not_found");
        if (pay.Paid == invoice.PaidAt is not null)
            return Expected.Unchanged(Show(invoice));
        if (!pay.Paid)
            return Expected.Refusal(400, "invalid_state");
        var paid = invoice with { PaidAt = now };
        Invoices[Invoices.IndexOf(invoice)] = paid;
        return Expected.Done(200, Show(paid));
    }

    private Expected Do(RetryCharge retry)
    {
        if (Charges.Find(one => one.Id == retry.Charge) is not { } charge)
            return Expected.Refusal(404, "not_found");
        if (charge.Status is "invoiced" or "waiting")
            return Expected.Refusal(400, "invalid_state");
        var queued = charge with { Status = "queued" };
        Charges[Charges.IndexOf(charge)] = queued;
        return Expected.Done(202, Show(queued));
    }

    // What is paid for a credit is invoiced with it.
    private void Bill(Credit credit, DateTimeOffset now, string id)
    {
        if (credit.Paid > 0m)
            Invoices.Add(
                new(
                    id,
                    Invoices.Count + 1,
                    credit.Currency,
                    [new("Credit Grant", credit.EffectiveAt, credit.EffectiveAt, null, "one_time", credit.Paid)],
                    null,
                    now,
                    null
                )
            );
    }

    private Subscription Step(Subscription before, DateTimeOffset now, string charge)
    {
        var after = before;
        List<BillLine> lines = [];
        if (before.Period >= 0)
            lines.AddRange(Recurring(before, inAdvance: false));
        if (before.Period >= 0 && (!before.AutoRenew || before.End <= before.Begins(before.Period + 1)))
            after = before with { Closed = true };
        else
        {
            after = before with { Period = before.Period + 1 };
            after = after with { Held = [new(after.Units, after.Begins(after.Period))] };
            after = after with { Charged = DueFor(after) };
            lines.AddRange(Recurring(after, inAdvance: true));
            if (after.Units > 0m)
                lines.Add(
                    new(
                        $"{after.Plan.MetricName}: prepaid units",
                        after.Begins(after.Period),
                        after.Until(after.Period),
                        after.Units,
                        "in_advance",
                        after.Charged
                    )
                );
        }
        if (lines.Count > 0 || before.Waiting.Count > 0)
            Charges.Add(new(charge, before.Id, lines, before.Waiting, "queued", null, now));
        return after with { Waiting = [] };
    }

    private static IEnumerable<BillLine> Recurring(Subscription of, bool inAdvance) =>
        from fee in of.Plan.Recurring
        where fee.InAdvance == inAdvance
        let whole = Ratio.Of(fee.Amount)
        select new BillLine(
            fee.Name,
            of.Begins(of.Period),
            of.Until(of.Period),
            null,
            inAdvance ? "in_advance" : "in_arrears",
            (fee.Prorate ? whole * Share(of, of.Begins(of.Period), of.Until(of.Period)) : whole).Cents()
        );

    /// <summary>What the units of the current period cost in all, rounded once.</summary>
    private static decimal DueFor(Subscription of)
    {
        if (!of.Plan.Prorate)
            return of.Plan.Rate(of.Units).Cents();
        var due = Ratio.None;
        for (var at = 0; at < of.Held.Count; at++)
        {
            var to = at + 1 < of.Held.Count ? of.Held[at + 1].From : of.Until(of.Period);
            due += of.Plan.Rate(of.Held[at].Units) * Share(of, of.Held[at].From, to);
        }
        return due.Cents();
    }

    private static Ratio Share(Subscription of, DateTimeOffset from, DateTimeOffset to) =>
        new((to - from).Ticks, (of.Begins(of.Period + 1) - of.Begins(of.Period)).Ticks);

    private JsonNode Show(Subscription one) =>
        new JsonObject
        {
            ["subscription_id"] = one.Id,
            ["start_date"] = Text(one.Start),
            ["end_date"] = Text(one.CurrentEnd),
            ["auto_renew"] = one.AutoRenew,
            ["is_new"] = one.Period <= 0,
            ["customer"] = new JsonObject { ["customer_id"] = customer },
            ["billing_plan"] = new JsonObject { ["plan_id"] = one.Plan.Id },
            ["fully_billed"] = one.Closed && one.Waiting.Count == 0,
            ["components"] = new JsonArray(
                new JsonObject
                {
                    ["metric_id"] = one.Plan.Metric,
                    ["units"] = one.Units,
                    ["charge_behavior"] = one.Plan.Prorate ? "prorate" : "full",
                }
            ),
        };

    private JsonNode Show(Invoice one) =>
        new JsonObject
        {
            ["invoice_id"] = one.Id,
            ["amount"] = one.Lines.Sum(line => line.Amount),
            ["cost_due"] = one.Lines.Sum(line => line.Amount),
            ["currency"] = new JsonObject { ["code"] = one.Currency },
            ["issue_date"] = Text(one.IssuedAt),
            ["payment_status"] = one.PaidAt is null ? "unpaid" : "paid",
            ["line_items"] = Show(one.Lines),
            ["customer"] = new JsonObject { ["customer_id"] = customer },
            ["subscription_id"] = one.Subscription,
        };

    private static JsonNode Show(Charge one) =>
        new JsonObject
        {
            ["charge_id"] = one.Id,
            ["subscription_id"] = one.Subscription,
            ["status"] = one.Status,
            ["invoice_id"] = one.Invoice,
            ["amount"] = one.Lines.Sum(line => line.Amount),
            ["lines"] = Show(one.Lines),
        };

    private static JsonArray Show(IEnumerable<BillLine> lines) =>
        new([
            .. lines.Select(line =>
                (JsonNode)
                    new JsonObject
                    {
                        ["name"] = line.Name,
                        ["start_date"] = Text(line.Start),
                        ["end_date"] = Text(line.End),
                        ["quantity"] = line.Quantity,
                        ["billing_type"] = line.Billing,
                        ["amount"] = line.Amount,
                    }
            ),
        ]);
}
