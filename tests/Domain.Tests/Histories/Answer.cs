using System.Numerics;
using Drawdown.Domain.Credits;

namespace Drawdown.Domain.Tests.Histories;

/// <summary>
/// The words in which the domain's answers and the naive ledger's are compared. Amounts are whole numbers of the smallest
/// amount, 0.0000000001.
/// </summary>
internal static class Answer
{
    public static BigInteger Units(decimal amount)
    {
        var units = amount / Given.Smallest;
        Assert.Equal(decimal.Truncate(units), units);
        return new(units);
    }

    public static decimal Amount(BigInteger units) => (decimal)units * Given.Smallest;

    public static string Slices(IEnumerable<(string Credit, BigInteger Amount)> slices) =>
        string.Join(" + ", slices.Select(slice => $"{slice.Amount} of {slice.Credit}"));

    public static string Of(IEnumerable<Slice> slices) =>
        Slices(slices.Select(slice => (slice.Credit.ToString(), Units(slice.Amount))));

    public static string Standing(
        BigInteger remaining,
        BigInteger drawn,
        BigInteger expired,
        BigInteger voided,
        bool isActive,
        BigInteger spendable
    ) =>
        $"remaining {remaining}, drawn {drawn}, expired {expired}, voided {voided}, "
        + $"{(isActive ? "active" : "inactive")}, {spendable} spendable";

    public static string Of(CreditStanding standing) =>
        Standing(
            Units(standing.Remaining),
            Units(standing.Drawn),
            Units(standing.Expired),
            Units(standing.Voided),
            standing.IsActive,
            Units(standing.Spendable)
        );

    public static string Balance(
        string currency,
        BigInteger granted,
        BigInteger remaining,
        BigInteger drawn,
        BigInteger expired,
        BigInteger voided,
        IEnumerable<KeyValuePair<DateTimeOffset, BigInteger>> expiring
    ) =>
        $"{currency} granted {granted}, remaining {remaining}, drawn {drawn}, expired {expired}, voided {voided}; expiring "
        + string.Join(", ", expiring.Select(part => $"{part.Value} on {part.Key:O}"));

    public static string Of(CreditBalance balance) =>
        Balance(
            balance.Currency,
            Units(balance.Granted),
            Units(balance.Remaining),
            Units(balance.Drawn),
            Units(balance.Expired),
            Units(balance.Voided),
            balance.Expiring.Select(part => KeyValuePair.Create(part.ExpiresAt, Units(part.Amount)))
        );

    public static string Of<T>(Outcome<T> outcome, Func<T, string> accepted) =>
        outcome switch
        {
            Outcome<T>.Accepted(var value) => accepted(value),
            Outcome<T>.Refused(Refusal.Invalid) => "refused: invalid",
            Outcome<T>.Refused(Refusal.InvalidState) => "refused: not active",
            Outcome<T>.Refused(Refusal.InsufficientCredits(var requested, var available, _)) =>
                $"refused: {Units(requested)} of {Units(available)} available",
            Outcome<T>.Refused(Refusal.InvalidOperation(var detail)) => $"refused: {Units(Reachable(detail))} at once",
            _ => throw new InvalidOperationException($"Not an outcome that a history has: {outcome}"),
        };

    /// <summary>The amount that a refusal advertises.</summary>
    private static decimal Reachable(string detail)
    {
        const string Before = "Draw at most ";
        var amount = detail[(detail.IndexOf(Before, StringComparison.Ordinal) + Before.Length)..];
        return decimal.Parse(amount[..amount.IndexOf(' ', StringComparison.Ordinal)]);
    }
}
