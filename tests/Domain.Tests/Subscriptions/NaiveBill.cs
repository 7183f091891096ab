using System.Collections.Immutable;
using System.Numerics;
using Drawdown.Domain.Subscriptions;
using Drawdown.Domain.Tests.Rating;

namespace Drawdown.Domain.Tests.Subscriptions;

/// <summary>
/// A second implementation of what prepaid units come to: it keeps everything that was ever held, and adds up a period only
/// when it is asked. Months are those of <see cref="DateTimeOffset.AddMonths"/>, so it is for customers in UTC.
/// </summary>
/// <param name="places">Decimal places of the currency.</param>
/// <param name="end">When the subscription ends; null: never.</param>
internal sealed class NaiveBill(
    NaivePrice price,
    ChargeBehavior behavior,
    int places,
    DateTimeOffset start,
    int months,
    DateTimeOffset? end
)
{
    private readonly List<(DateTimeOffset At, int Quarters)> _held = [];
    private readonly Dictionary<int, (BigInteger Top, BigInteger Bottom)> _rates = [];

    public DateTimeOffset Beginning(int period) => start.AddMonths(period * months);

    public void Hold(DateTimeOffset at, int quarters) => _held.Add((at, quarters));

    /// <summary>What is due for a period, as everything that was held until now has it.</summary>
    public decimal Due(int period)
    {
        var (from, full) = (Beginning(period), Beginning(period + 1));
        var until = end < full ? end.Value : full;
        if (behavior is ChargeBehavior.Full)
        {
            var (top, bottom) = Rate(_held.Last(held => held.At < until).Quarters);
            return Round(top, bottom);
        }

        // Every stretch between two changes, with what the latest change before it holds.
        ImmutableArray<DateTimeOffset> cuts =
        [
            .. _held.Select(held => held.At).Append(from).Append(until).Where(at => from <= at && at <= until).Order(),
        ];
        var sum = BigInteger.Zero;
        foreach (var (begin, stop) in cuts.Zip(cuts.Skip(1)))
            if (begin < stop)
                sum += Rate(_held.Last(held => held.At <= begin).Quarters).Top * (stop - begin).Ticks;
        return Round(sum, Rate(0).Bottom * (full - from).Ticks);
    }

    private (BigInteger Top, BigInteger Bottom) Rate(int quarters) =>
        _rates.TryGetValue(quarters, out var rate) ? rate : _rates[quarters] = price.Rate(quarters);

    // As at school: the next digit decides.
    private decimal Round(BigInteger top, BigInteger bottom)
    {
        var digits = top * BigInteger.Pow(10, places + 1) / bottom;
        var rounded = digits / 10 + (digits % 10 >= 5 ? 1 : 0);
        return new decimal((long)rounded) / (decimal)BigInteger.Pow(10, places);
    }
}
