namespace Drawdown.Domain.Tests.CreditBatches;

/// <summary>
/// What the credits of a client ought to do, written a second time and as simply as possible: plain lists of what was given,
/// no posted expiries, no running totals. It shares no code with the domain.
/// </summary>
internal sealed class NaiveClient
{
    private readonly Dictionary<string, (int? Days, long Minimum)> _accounts = [];
    private readonly List<Pot> _pots = [];
    private readonly List<Gift> _gifts = [];

    public string Open(string account, string batch, long amount, int? days, long? minimum, DateTimeOffset now)
    {
        if (amount > 0 && amount < minimum)
            return "refused: below_minimum_batch_amount";
        _accounts[account] = (days, minimum ?? 0);
        if (amount > 0)
            Create(batch, amount, account, null, isSaid: false, now);
        return "opened";
    }

    public string Create(
        string name,
        long amount,
        string? account,
        DateTimeOffset? until,
        bool isSaid,
        DateTimeOffset now
    )
    {
        var faults = new List<string>();
        if (account is not null && amount < _accounts[account].Minimum)
            faults.Add("below_minimum_batch_amount");
        if (isSaid && until is not null && until <= now)
            faults.Add("invalid_expires_on");
        if (faults.Count > 0)
            return $"refused: {string.Join(", ", faults)}";
        if (!isSaid && account is not null && _accounts[account].Days is { } days)
            until = now + TimeSpan.FromHours(24 * days);
        _pots.Add(
            new(name, account, amount)
            {
                Until = until,
                Created = now,
                Touched = now,
            }
        );
        return "created";
    }

    public string Update(
        string batch,
        string? name,
        DateTimeOffset? until,
        bool isSaid,
        long? balance,
        DateTimeOffset now
    )
    {
        var pot = Find(batch);
        var current = pot.IsClosed(now) ? 0 : Free(pot);
        var renamed = name is not null && name != pot.Label;
        var moved = isSaid && until != pot.Until;
        var set = balance is not null && balance != current;
        if (!renamed && !moved && !set)
            return "unchanged";
        if (pot.IsClosed(now))
            return "refused: not active";
        List<string> faults = [];
        if (moved && until is not null && until <= now)
            faults.Add("invalid_expires_on");
        if (set && balance > 9_999_999_999)
            faults.Add("invalid_balance");
        if (faults.Count > 0)
            return $"refused: {string.Join(", ", faults)}";
        pot.Label = name ?? pot.Label;
        if (isSaid)
            pot.Until = until;
        if (set)
            pot.Set.Add(balance!.Value - current);
        pot.Touched = now;
        return set ? $"adjusted {balance - current}" : "updated";
    }

    public string Void(string batch, DateTimeOffset now)
    {
        var pot = Find(batch);
        if (pot.IsClosed(now))
            return "unchanged";
        pot.Voided = now;
        pot.Touched = now;
        return $"voided {Free(pot) + GiftsOf(pot).Sum(gift => gift.Left)}";
    }

    public string Allocate(string batch, string name, long amount, DateTimeOffset now)
    {
        var pot = Find(batch);
        if (pot.IsClosed(now))
            return "refused: not active";
        if (Free(pot) < amount)
            return $"refused: {amount} of {Free(pot)} available";
        _gifts.Add(new(name, pot, amount));
        pot.Touched = now;
        return "allocated";
    }

    public string Revoke(string allocation, long? amount, DateTimeOffset now)
    {
        var gift = FindGift(allocation);
        var back = amount ?? gift.Left;
        if (back > gift.Left)
            return $"refused: {back} of {gift.Left} available";
        if (back == 0 || gift.From.IsClosed(now))
            return "unchanged";
        gift.Back.Add(back);
        gift.From.Touched = now;
        return $"returned {back}";
    }

    public string Redeem(string allocation, long amount, DateTimeOffset now)
    {
        var gift = FindGift(allocation);
        var left = gift.From.IsClosed(now) ? 0 : gift.Left;
        if (left < amount)
            return $"refused: {amount} of {left} available";
        gift.Spent.Add(amount);
        gift.From.Touched = now;
        return "redeemed";
    }

    /// <param name="names">The ids of the new allocations, as many as batches will be drawn.</param>
    /// <param name="limit">How many batches one redemption may touch.</param>
    public string RedeemFromAccount(
        string account,
        long amount,
        IReadOnlyList<string> names,
        DateTimeOffset now,
        int limit
    )
    {
        var order = Spendable(account, now);
        var available = order.Sum(Free);
        if (available < amount)
            return $"refused: {amount} of {available} available";
        var draws = new List<(Pot Pot, long Part)>();
        for (var missing = amount; missing > 0; missing -= draws[^1].Part)
            draws.Add((order[draws.Count], Math.Min(missing, Free(order[draws.Count]))));
        if (draws.Count > limit)
            return $"refused: {draws.Take(limit).Sum(draw => draw.Part)} at once";
        foreach (var (draw, name) in draws.Zip(names))
        {
            _gifts.Add(new(name, draw.Pot, draw.Part) { Spent = { draw.Part } });
            draw.Pot.Touched = now;
        }
        return $"drew {string.Join(" + ", draws.Select(draw => $"{draw.Part} of {draw.Pot.Name}"))}, {available - amount} left";
    }

    public long Available(string account, DateTimeOffset now) => Spendable(account, now).Sum(Free);

    public IEnumerable<string> Standings(DateTimeOffset now)
    {
        foreach (var pot in _pots)
        {
            var gifts = GiftsOf(pot).ToList();
            var (free, left) = (Free(pot), gifts.Sum(gift => gift.Left));
            var closed = pot.IsClosed(now);
            var status =
                pot.Voided is not null ? "voided"
                : closed ? "expired"
                : "active";
            var updated = status == "expired" ? pot.Until : pot.Touched;
            yield return $"{pot.Name} {pot.Label} {status}, {pot.Amount} {pot.Set.Sum():+0;-0;0}: "
                + $"{(closed ? 0 : free)} current, {(closed ? 0 : left)} unspent, {gifts.Sum(gift => gift.Spent.Sum())} redeemed, "
                + $"{(closed ? free + left : 0)} lapsed; until {pot.Until:O}, updated {updated:O}";
        }
        foreach (var gift in _gifts)
        {
            var closed = gift.From.IsClosed(now);
            yield return $"{gift.Name} of {gift.From.Name}: {gift.Amount} = {(closed ? 0 : gift.Left)} unspent, "
                + $"{gift.Spent.Sum()} redeemed, {gift.Back.Sum()} returned, {(closed ? gift.Left : 0)} lapsed";
        }
    }

    private Pot Find(string name) => _pots.Single(pot => pot.Name == name);

    /// <summary>Whether it has the allocation: where clocks go backwards, the two need not agree on what can be spent.</summary>
    public bool Knows(string allocation) => _gifts.Exists(gift => gift.Name == allocation);

    private Gift FindGift(string name) => _gifts.Single(gift => gift.Name == name);

    private IEnumerable<Gift> GiftsOf(Pot pot) => _gifts.Where(gift => gift.From == pot);

    /// <summary>What nobody was given, closed or not.</summary>
    private long Free(Pot pot) => pot.Amount + pot.Set.Sum() - GiftsOf(pot).Sum(gift => gift.Amount - gift.Back.Sum());

    // The best of the rest, again and again: no comparer to get wrong.
    private List<Pot> Spendable(string account, DateTimeOffset now)
    {
        var rest = _pots.FindAll(pot => pot.Account == account && !pot.IsClosed(now) && Free(pot) > 0);
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

    private sealed class Pot(string name, string? account, long amount)
    {
        public string Name => name;
        public string? Account => account;
        public long Amount => amount;
        public string? Label { get; set; }
        public required DateTimeOffset Created { get; init; }
        public required DateTimeOffset? Until { get; set; }
        public required DateTimeOffset Touched { get; set; }
        public DateTimeOffset? Voided { get; set; }
        public List<long> Set { get; } = [];

        public bool IsClosed(DateTimeOffset at) => Voided is not null || (Until is not null && Until <= at);

        public bool GoesBefore(Pot other)
        {
            if (Until != other.Until)
                return Until is { } mine && (other.Until is not { } theirs || mine < theirs);
            return Created != other.Created ? Created < other.Created : string.CompareOrdinal(Name, other.Name) < 0;
        }
    }

    private sealed class Gift(string name, Pot from, long amount)
    {
        public string Name => name;
        public Pot From => from;
        public long Amount => amount;
        public List<long> Spent { get; init; } = [];
        public List<long> Back { get; } = [];
        public long Left => amount - Spent.Sum() - Back.Sum();
    }
}
