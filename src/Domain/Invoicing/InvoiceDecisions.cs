using System.Collections.Immutable;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.Credits;
using Drawdown.Domain.Ledger;
using Drawdown.Domain.Money;

namespace Drawdown.Domain.Invoicing;

/// <summary>The decisions about invoices and the charges on them.</summary>
public static class InvoiceDecisions
{
    /// <summary>
    /// Rows of a transaction that are left for credits and charges: head, invoice, its number, and the outbox take their own,
    /// and a few are kept in reserve.
    /// </summary>
    private const int RowsForCreditsAndCharges = 92;

    /// <summary>
    /// Invoices a charge, with the waiting charges that it takes: the lines, then the customer's credits in drawdown order and
    /// in whole coins, then what is left is due. An invoice of 0 is paid. Null when the charge is on an invoice already, or
    /// waits for another.
    /// </summary>
    /// <param name="taken">The waiting charges that it takes.</param>
    /// <param name="credits">All credits of the account.</param>
    public static AccountChange? Process(
        AccountHead head,
        Charge charge,
        IReadOnlyCollection<Charge> taken,
        IEnumerable<Credit> credits,
        Provenance by
    )
    {
        if (charge.Status is ChargeStatus.Invoiced or ChargeStatus.Waiting)
            return null;

        var id = Invoice.IdFor(head.Route, charge.Id.ToString());
        var sequence = head.LastInvoice + 1;
        ImmutableArray<ChargeLine> lines = [.. charge.Lines, .. taken.SelectMany(waiting => waiting.Lines)];
        var total = lines.Sum(line => line.Amount);
        var posting = new Posting(head, by);
        var room = (RowsForCreditsAndCharges - 1 - taken.Count) / 2;
        var candidates = CreditSpending
            .Spendable(credits, charge.Currency, by.Now)
            .Take(Math.Min(room, CreditDecisions.MaxCreditsPerOperation))
            .ToList();
        // Credits may hold fractions of the smallest coin; what they leave due must not, or nobody could pay it.
        var applicable = decimal.Round(
            candidates.Sum(credit => credit.Remaining),
            Currency.Get(charge.Currency).MinorUnits,
            MidpointRounding.ToZero
        );
        var spent = CreditSpending.Spend(
            posting,
            candidates,
            Math.Min(total, applicable),
            by.Now,
            $"Applied to invoice {id}",
            null
        );
        if (spent.Amount > 0m)
            lines = lines.Add(
                new(
                    "Applied credit",
                    lines.Min(line => line.Start),
                    lines.Max(line => line.End),
                    null,
                    BillingType.OneTime,
                    -spent.Amount
                )
            );
        var invoice = new Invoice(
            id,
            sequence,
            charge.Currency,
            lines,
            charge.Subscription,
            by.Now,
            spent.Amount == total ? by.Now : null
        );
        return new AccountChange(posting.Head with { LastInvoice = sequence })
        {
            Credits = spent.Credits,
            Entries = posting.Entries,
            Charges =
            [
                .. taken
                    .Prepend(charge)
                    .Select(one => one with { Status = ChargeStatus.Invoiced, Invoice = id, FailureReason = null }),
            ],
            Settled = charge.Id,
            Invoice = invoice,
        };
    }

    /// <summary>
    /// Marks a charge as failed, because its message was given up. One that is on an invoice stays: the last try did go
    /// through.
    /// </summary>
    public static AccountChange? Fail(AccountHead head, Charge charge, string reason) =>
        charge.Status is ChargeStatus.Queued
            ? new AccountChange(head.Next())
            {
                Charges = [charge with { Status = ChargeStatus.Failed, FailureReason = reason }],
                Settled = charge.Id,
            }
            : null;

    /// <summary>Puts a failed charge back on the queue. One that is on its way is sent once more: that does no harm.</summary>
    public static Outcome<AccountChange> Retry(AccountHead head, Charge charge) =>
        charge.Status switch
        {
            ChargeStatus.Failed or ChargeStatus.Queued => new AccountChange(head.Next())
            {
                Charges = [charge with { Status = ChargeStatus.Queued, FailureReason = null }],
                Owed = charge.Id,
            },
            ChargeStatus.Invoiced => new Refusal.InvalidState($"The charge is on the invoice {charge.Invoice}."),
            _ => new Refusal.InvalidState("The charge waits for the next invoice."),
        };

    /// <summary>Marks an invoice as paid. Paid is final.</summary>
    public static Outcome<AccountChange?> Pay(AccountHead head, Invoice invoice, bool paid, DateTimeOffset now)
    {
        if (paid == invoice.PaidAt is not null)
            return (AccountChange?)null;
        if (!paid)
            return new Refusal.InvalidState("A paid invoice stays paid.");
        return new AccountChange(head.Next()) { Invoice = invoice with { PaidAt = now } };
    }

    /// <summary>Adds the unpaid invoice of a credit that the customer pays for.</summary>
    public static AccountChange WithGrantInvoice(AccountChange change, Credit credit)
    {
        var sequence = change.Head.LastInvoice + 1;
        var line = new ChargeLine(
            "Credit Grant",
            credit.EffectiveAt,
            credit.EffectiveAt,
            null,
            BillingType.OneTime,
            credit.AmountPaid
        );
        return change with
        {
            Head = change.Head with { LastInvoice = sequence },
            Invoice = new(
                Invoice.IdFor(change.Head.Route, credit.Id.ToString()),
                sequence,
                credit.AmountPaidCurrency!,
                [line],
                null,
                credit.IssuedAt,
                null
            ),
        };
    }
}
