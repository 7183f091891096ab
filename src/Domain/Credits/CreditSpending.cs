using System.Collections.Immutable;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Ledger;

namespace Drawdown.Domain.Credits;

/// <summary>What drawing credits by order and applying them to an invoice share.</summary>
internal static class CreditSpending
{
    /// <summary>The credits that can be drawn now, in <see cref="DrawdownOrder"/>.</summary>
    public static List<Credit> Spendable(IEnumerable<Credit> credits, string currency, DateTimeOffset now) =>
        [
            .. credits
                .Where(credit => credit.Currency == currency && credit.StandingAt(now).Spendable > 0m)
                .Order(DrawdownOrder.Instance),
        ];

    /// <summary>Draws up to an amount, credit by credit.</summary>
    public static SpentCredits Spend(
        Posting posting,
        IEnumerable<Credit> candidates,
        decimal amount,
        DateTimeOffset at,
        string? reason,
        DrawdownId? drawdown
    )
    {
        var credits = ImmutableArray.CreateBuilder<Credit>();
        var slices = ImmutableArray.CreateBuilder<Slice>();
        var left = amount;
        foreach (var credit in candidates)
        {
            if (left == 0m)
                break;
            var part = Math.Min(left, credit.Remaining);
            var after = posting.Post(credit, EntryType.Drawdown, part, at, reason, drawdown);
            left -= part;
            credits.Add(after);
            slices.Add(new(credit.Id, after.Entries, part, after.Remaining));
        }
        return new(amount - left, credits.ToImmutable(), slices.ToImmutable());
    }
}

/// <summary>What was drawn.</summary>
/// <param name="Credits">The credits that it was drawn from, after it.</param>
internal sealed record SpentCredits(decimal Amount, ImmutableArray<Credit> Credits, ImmutableArray<Slice> Slices);
