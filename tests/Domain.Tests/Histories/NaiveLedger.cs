using System.Numerics;

namespace Drawdown.Domain.Tests.Histories;

/// <summary>
/// What the credits ought to do, written a second time and as simply as possible: plain lists, whole numbers of the
/// smallest amount, no posted expiries, no running totals. It shares no code with the domain.
/// </summary>
internal sealed class NaiveLedger
{
    private readonly List<Pot> _pots = [];
    private readonly Dictionary<string, List<(Pot Pot, BigInteger Amount)>> _drawings = [];
    private readonly HashSet<string> _reversed = [];

    /// <summary>All instants at which something begins or ends.</summary>
    public IEnumerable<DateTimeOffset> Boundaries =>
        _pots.SelectMany(pot => pot.Until is { } until ? [pot.From, until] : new[] { pot.From });

    public string Grant(
        string name,
        string currency,
        BigInteger amount,
        BigInteger paid,
        DateTimeOffset from,
        DateTimeOffset? until,
        DateTimeOffset now
    )
    {
        if (until is { } end && (end <= now || end <= from))
            return "refused: invalid";
        _pots.Add(new(name, currency, amount, paid, from) { Until = until });
        return "granted";
    }

    public string ChangeExpiry(string name, DateTimeOffset? until, DateTimeOffset now)
    {
        var pot = Find(name);
        if (until is { } end && (end <= now || end <= pot.From))
            return "refused: invalid";
        if (pot.IsClosed(now) || pot.Left(now) == 0)
            return "refused: not active";
        var changed = pot.Until != until;
        pot.Until = until;
        return changed ? "updated" : "unchanged";
    }

    public string Void(string name, DateTimeOffset now)
    {
        var pot = Find(name);
        if (pot.IsClosed(now) || pot.Left(now) == 0)
            return "unchanged";
        pot.Voided = now;
        return $"voided {pot.Left(now)}";
    }

    /// <param name="limit">How many credits one operation may touch.</param>
    public string DrawDown(
        string drawing,
        string currency,
        BigInteger amount,
        string? only,
        DateTimeOffset now,
        int limit
    )
    {
        if (only is not null && Find(only).Currency != currency)
            return "refused: invalid";
        var order = Spendable(currency, now).Where(pot => only is null || pot.Name == only).ToList();
        var available = order.Aggregate(BigInteger.Zero, (sum, pot) => sum + pot.Left(now));
        if (available < amount)
            return $"refused: {amount} of {available} available";

        var slices = new List<(Pot Pot, BigInteger Amount)>();
        var missing = amount;
        while (missing > 0)
        {
            var pot = order[slices.Count];
            var slice = BigInteger.Min(missing, pot.Left(now));
            slices.Add((pot, slice));
            missing -= slice;
        }
        if (slices.Count > limit)
            return $"refused: {slices.Take(limit).Aggregate(BigInteger.Zero, (sum, slice) => sum + slice.Amount)} at once";

        foreach (var (pot, slice) in slices)
            pot.Taken.Add((now, slice));
        _drawings[drawing] = slices;
        return $"drew {Text(slices)}, {Available(currency, now)} spendable";
    }

    public string Reverse(string drawing, DateTimeOffset now)
    {
        var slices = _drawings[drawing];
        var currency = slices[0].Pot.Currency;
        if (!_reversed.Add(drawing))
            return $"unchanged, {Available(currency, now)} spendable";
        foreach (var (pot, slice) in slices)
            pot.Taken.Add((now, -slice));
        var lapsed = slices
            .Where(slice => slice.Pot.IsClosed(now))
            .Aggregate(BigInteger.Zero, (sum, slice) => sum + slice.Amount);
        return $"reversed {Text(slices)}, lapsed {lapsed}, {Available(currency, now)} spendable";
    }

    public BigInteger Available(string currency, DateTimeOffset now) =>
        Spendable(currency, now).Aggregate(BigInteger.Zero, (sum, pot) => sum + pot.Left(now));

    /// <summary>What the first pots in the order of drawdown hold.</summary>
    public BigInteger AvailableInFirst(int count, string currency, DateTimeOffset now) =>
        Spendable(currency, now).Take(count).Aggregate(BigInteger.Zero, (sum, pot) => sum + pot.Left(now));

    public string Standing(string name, DateTimeOffset now)
    {
        var pot = Find(name);
        var left = pot.Left(now);
        return Answer.Standing(
            pot.IsClosed(now) ? 0 : left,
            pot.Granted - left,
            pot.IsExpired(now) ? left : 0,
            pot.IsVoided(now) ? left : 0,
            isActive: !pot.IsClosed(now) && left > 0,
            spendable: pot.IsClosed(now) || pot.From > now ? 0 : left
        );
    }

    public IEnumerable<string> Balances(DateTimeOffset at)
    {
        foreach (var currency in new[] { "EUR", "USD" })
        {
            BigInteger granted = 0,
                remaining = 0,
                expired = 0,
                voided = 0;
            var expiring = new SortedDictionary<DateTimeOffset, BigInteger>();
            var pots = _pots.FindAll(pot => pot.Currency == currency && pot.From <= at);
            foreach (var pot in pots)
            {
                var left = pot.Left(at);
                granted += pot.Granted;
                if (pot.IsVoided(at))
                    voided += left;
                else if (pot.IsExpired(at))
                    expired += left;
                else
                    remaining += left;
                if (!pot.IsClosed(at) && left > 0 && pot.Until is { } until)
                    expiring[until] = expiring.GetValueOrDefault(until) + left;
            }
            var drawn = granted - remaining - expired - voided;
            if (pots.Count > 0)
                yield return Answer.Balance(currency, granted, remaining, drawn, expired, voided, expiring);
        }
    }

    private static string Text(IEnumerable<(Pot Pot, BigInteger Amount)> slices) =>
        Answer.Slices(slices.Select(slice => (slice.Pot.Name, slice.Amount)));

    private Pot Find(string name) => _pots.Single(pot => pot.Name == name);

    // The best of the rest, again and again: no comparer to get wrong.
    private List<Pot> Spendable(string currency, DateTimeOffset now)
    {
        var rest = _pots.FindAll(pot =>
            pot.Currency == currency && pot.From <= now && !pot.IsClosed(now) && pot.Left(now) > 0
        );
        var order = new List<Pot>();
        while (rest.Count > 0)
        {
            var best = rest[0];
            foreach (var pot in rest)
                if (pot != best && pot.GoesBefore(best))
                    best = pot;
            rest.Remove(best);
            order.Add(best);
        }
        return order;
    }

    private sealed record Pot(string Name, string Currency, BigInteger Granted, BigInteger Paid, DateTimeOffset From)
    {
        public DateTimeOffset? Until { get; set; }
        public DateTimeOffset? Voided { get; set; }
        public List<(DateTimeOffset At, BigInteger Amount)> Taken { get; } = [];

        public bool IsVoided(DateTimeOffset at) => Voided is { } voided && voided <= at;

        public bool IsExpired(DateTimeOffset at) => !IsVoided(at) && Until is { } until && until <= at;

        public bool IsClosed(DateTimeOffset at) => IsVoided(at) || IsExpired(at);

        /// <summary>What was neither drawn nor given back by an instant, closed or not.</summary>
        public BigInteger Left(DateTimeOffset at)
        {
            var left = Granted;
            foreach (var (when, amount) in Taken)
                if (when <= at)
                    left -= amount;
            return left;
        }

        public bool GoesBefore(Pot other)
        {
            if (Until != other.Until)
                return Until is { } mine && (other.Until is not { } theirs || mine < theirs);
            var (mineOfBoth, theirsOfBoth) = (Paid * other.Granted, other.Paid * Granted);
            if (mineOfBoth != theirsOfBoth)
                return mineOfBoth > theirsOfBoth;
            return From != other.From ? From < other.From : string.CompareOrdinal(Name, other.Name) < 0;
        }
    }
}
