using System.Collections.Immutable;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Ledger;

namespace Drawdown.Domain.Credits;

/// <summary>The decisions about drawing credits, and about taking a drawdown back.</summary>
public static class DrawdownDecisions
{
    /// <summary>Draws the whole amount, or nothing.</summary>
    /// <param name="credits">All credits of the account.</param>
    public static Outcome<DrawdownDecided> DrawDown(
        AccountHead head,
        IReadOnlyCollection<Credit> credits,
        DrawdownId id,
        DrawdownRequest request,
        Provenance by
    )
    {
        if (request.Credit is { } only && CreditFault(credits, only, request.Currency) is { } fault)
            return new Refusal.Invalid([fault]);

        var spendable = CreditSpending.Spendable(credits, request.Currency, by.Now);
        var candidates = request.Credit is null ? spendable : spendable.FindAll(credit => credit.Id == request.Credit);
        var available = candidates.Sum(credit => credit.Remaining);
        if (available < request.Amount)
            return new Refusal.InsufficientCredits(request.Amount, available, request.Currency);

        var posting = new Posting(head, by);
        var spent = CreditSpending.Spend(
            posting,
            candidates.Take(CreditDecisions.MaxCreditsPerOperation),
            request.Amount,
            by.Now,
            request.Description,
            id
        );
        if (spent.Amount < request.Amount)
            return TooManyCredits(spent.Amount);

        var drawdown = new CreditDrawdown
        {
            Id = id,
            Currency = request.Currency,
            Amount = request.Amount,
            Slices = spent.Slices,
            Description = request.Description,
            ExternalId = request.ExternalId,
            DrawnAt = by.Now,
        };
        return new DrawdownDecided(
            drawdown,
            spendable.Sum(credit => credit.Remaining) - request.Amount,
            new AccountChange(posting.Head)
            {
                Credits = spent.Credits,
                Entries = posting.Entries,
                Drawdown = drawdown,
                Reference = request.ExternalId is { } external
                    ? new(ExternalKind.Drawdown, external, id.ToString())
                    : null,
            }
        );
    }

    /// <summary>
    /// Gives every slice back to the credit that it was taken from. What goes back into a credit that has closed since
    /// lapses there. A drawdown that was reversed before stays as it is.
    /// </summary>
    /// <param name="credits">All credits of the account.</param>
    public static Outcome<DrawdownDecided> Reverse(
        AccountHead head,
        CreditDrawdown drawdown,
        IReadOnlyCollection<Credit> credits,
        string? reason,
        Provenance by
    )
    {
        if (drawdown.Reversal is not null)
            return new DrawdownDecided(drawdown, SpendableOf(credits, drawdown.Currency, by.Now), null);

        var byId = credits.ToDictionary(credit => credit.Id);
        // What lapsed before comes first in the ledger, whether or not a timer has posted it.
        if (drawdown.Slices.Any(slice => byId[slice.Credit].StandingAt(by.Now).Lapsed > 0m))
            return new Refusal.Overdue();
        var posting = new Posting(head, by);
        var slices = ImmutableArray.CreateBuilder<Slice>();
        var restored = ImmutableArray.CreateBuilder<Credit>();
        var lapsed = 0m;
        foreach (var slice in drawdown.Slices)
        {
            var after = posting.Post(
                byId[slice.Credit],
                EntryType.Reinstate,
                slice.Amount,
                by.Now,
                reason,
                drawdown.Id
            );
            if (after.StandingAt(by.Now).Closing is not null)
                lapsed += slice.Amount;
            byId[slice.Credit] = after;
            restored.Add(after);
            slices.Add(new(slice.Credit, after.Entries, slice.Amount, after.Remaining));
        }

        var reversed = drawdown with { Reversal = new(by.Now, reason, lapsed, slices.ToImmutable()) };
        return new DrawdownDecided(
            reversed,
            SpendableOf(byId.Values, drawdown.Currency, by.Now),
            new AccountChange(posting.Head)
            {
                Credits = restored.ToImmutable(),
                Entries = posting.Entries,
                Drawdown = reversed,
            }
        );
    }

    /// <summary>What can be drawn of a currency at an instant.</summary>
    public static decimal SpendableOf(IEnumerable<Credit> credits, string currency, DateTimeOffset now) =>
        credits.Where(credit => credit.Currency == currency).Sum(credit => credit.StandingAt(now).Spendable);

    private static Fault? CreditFault(IEnumerable<Credit> credits, CreditId only, string currency)
    {
        var credit = credits.FirstOrDefault(credit => credit.Id == only);
        if (credit is null)
            return new(FaultCode.DoesNotExist, $"The customer has no credit {only}.", "credit_id");
        return credit.Currency == currency
            ? null
            : new(FaultCode.Invalid, $"The credit is in {credit.Currency}, not in {currency}.", "currency_code");
    }

    private static Refusal TooManyCredits(decimal reachable) =>
        new Refusal.InvalidOperation(
            $"This amount is spread over more than {CreditDecisions.MaxCreditsPerOperation} credits, which one drawdown cannot touch. "
                + $"Draw at most {Money.ExactDecimal.Format(reachable)} at once."
        );
}
