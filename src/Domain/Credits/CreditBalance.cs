using System.Collections.Immutable;
using Drawdown.Domain.Ledger;

namespace Drawdown.Domain.Credits;

/// <summary>
/// The balance of an account in one currency as of an instant. <c>Granted = Remaining + Drawn + Expired + Voided</c>;
/// <paramref name="Drawn"/> is what was drawn and not given back.
/// </summary>
/// <param name="Expiring">What remains by expiry, soonest first, without what never expires.</param>
public sealed record CreditBalance(
    string Currency,
    decimal Granted,
    decimal Remaining,
    decimal Drawn,
    decimal Expired,
    decimal Voided,
    ImmutableArray<ExpiringAmount> Expiring
)
{
    /// <summary>
    /// The balances as of now, or of a later instant if nothing else is done until then: the totals of each credit say it.
    /// Credits that are not effective at that instant do not count.
    /// </summary>
    public static ImmutableArray<CreditBalance> Of(IEnumerable<Credit> credits, DateTimeOffset now) =>
        Sum(credits.Where(credit => credit.EffectiveAt <= now), now);

    /// <summary>
    /// The balances as of any instant, replayed from the ledger: an entry counts from its <c>effective_at</c>.
    /// </summary>
    /// <remarks>
    /// The credit's present expiry is the right one for every instant: an expiry changes only while the credit is active,
    /// so before that moment both the old and the new one lie ahead.
    /// </remarks>
    public static ImmutableArray<CreditBalance> AsOf(
        IEnumerable<Credit> credits,
        IEnumerable<LedgerEntry> entries,
        DateTimeOffset at
    )
    {
        var byCredit = entries.Where(entry => entry.EffectiveAt <= at).ToLookup(entry => entry.Credit);
        var then = credits
            .Where(credit => credit.EffectiveAt <= at)
            .Select(credit => Replay(credit, byCredit[credit.Id], at));
        return Sum(then, at);
    }

    private static Credit Replay(Credit credit, IEnumerable<LedgerEntry> entries, DateTimeOffset at)
    {
        var then = credit with
        {
            VoidedAt = credit.VoidedAt <= at ? credit.VoidedAt : null,
            Remaining = 0m,
            Drawn = 0m,
            Reinstated = 0m,
            Expired = 0m,
            Voided = 0m,
        };
        return entries
            .OrderBy(entry => entry.Seq)
            .Aggregate(then, (sum, entry) => sum.After(entry.Type, Math.Abs(entry.Amount)));
    }

    private static ImmutableArray<CreditBalance> Sum(IEnumerable<Credit> credits, DateTimeOffset at) =>
        [
            .. credits
                .Select(credit => credit.StandingAt(at))
                .GroupBy(standing => standing.Credit.Currency, StringComparer.Ordinal)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => new CreditBalance(
                    group.Key,
                    group.Sum(standing => standing.Credit.Amount),
                    group.Sum(standing => standing.Remaining),
                    group.Sum(standing => standing.Drawn),
                    group.Sum(standing => standing.Expired),
                    group.Sum(standing => standing.Voided),
                    ExpiringOf(group)
                )),
        ];

    private static ImmutableArray<ExpiringAmount> ExpiringOf(IEnumerable<CreditStanding> standings) =>
        [
            .. standings
                .Where(standing => standing is { Remaining: > 0m, Credit.ExpiresAt: not null })
                .GroupBy(standing => standing.Credit.ExpiresAt!.Value)
                .OrderBy(group => group.Key)
                .Select(group => new ExpiringAmount(group.Key, group.Sum(standing => standing.Remaining))),
        ];
}

/// <summary>What is lost at an instant unless it is spent before.</summary>
public sealed record ExpiringAmount(DateTimeOffset ExpiresAt, decimal Amount);
