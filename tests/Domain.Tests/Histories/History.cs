using System.Numerics;
using Drawdown.Domain.Credits;
using Drawdown.Domain.Ids;

namespace Drawdown.Domain.Tests.Histories;

/// <summary>
/// A script played through the real decisions and, side by side, through the naive ledger: every answer of the one must be
/// the other's.
/// </summary>
internal sealed class History(Sweeping sweeping)
{
    private readonly NaiveLedger _naive = new();
    private readonly List<DrawdownId> _drawdowns = [];
    private readonly List<(DateTimeOffset At, List<string> Totals)> _past = [];

    public Account Account { get; } = new();

    /// <summary>What each step answered, and what everybody could see after it.</summary>
    public List<string> Answers { get; } = [];

    /// <summary>The slices of each drawdown and of each reversal, with the numbers of their entries.</summary>
    public List<Slice> Slices { get; } = [];

    /// <summary>Every instant at which anything happened or will happen.</summary>
    public IEnumerable<DateTimeOffset> Instants =>
        _past
            .Select(past => past.At)
            .Concat(_naive.Boundaries)
            .Append(Account.Now)
            .SelectMany(at => new[] { at - Given.Tick, at, at + Given.Tick })
            .Distinct()
            .Order();

    public static History Play(Script script, Sweeping sweeping = Sweeping.AsWritten, Action<History>? afterStep = null)
    {
        var history = new History(sweeping);
        foreach (var step in script.Steps)
        {
            history.Play(step);
            afterStep?.Invoke(history);
        }
        return history;
    }

    public void Play(Step step)
    {
        var (answer, expected) = Take(step);
        Assert.Equal(expected, answer);
        if (sweeping is Sweeping.Always)
            foreach (var id in Account.Credits.Select(credit => credit.Id))
                Account.PostLapsed([Account[id]]);

        Answers.Add($"{step.GetType().Name}: {answer}");
        Answers.AddRange(Account.Credits.Select(credit => $"{credit.Id}: {Standing(credit)}"));
        Answers.AddRange(BalancesNow());
    }

    /// <summary>Draws a part of what can be spent and takes it back at once. It is not one of the script's drawdowns.</summary>
    public void DrawAndUndo(string currency, int percent)
    {
        var amount = Resolve(new Quantity.Part(percent), currency);
        if (Account.TryDrawDown(Answer.Amount(amount), currency) is not Outcome<DrawdownDecided>.Accepted(var drawn))
            return;
        var undone = Account.Reverse(drawn.Drawdown.Id);

        Assert.Equal(Answer.Of(drawn.Drawdown.Slices), Answer.Of(undone.Drawdown.Reversal!.Slices));
        Assert.Equal(0m, undone.Drawdown.Reversal.Lapsed);
        Assert.Equal(Answer.Units(drawn.Spendable) + amount, Answer.Units(undone.Spendable));
    }

    /// <summary>The laws of the ledger, as of now.</summary>
    public void AssertLaws()
    {
        var entriesOf = Account.Entries.ToLookup(entry => entry.Credit);
        foreach (var credit in Account.Credits)
        {
            Assert.True(credit.Balances);
            Assert.True(credit.Remaining >= 0m);
            Assert.Equal(_naive.Standing(credit.Id.ToString(), Account.Now), Standing(credit));
            Assert.True(credit.StandingAt(Account.Now).Closing is null || Account.Standing(credit.Id).Spendable == 0m);
            var entries = entriesOf[credit.Id].ToList();
            Assert.Equal(credit.Remaining, entries.Sum(entry => entry.Amount));
            Assert.Equal(Enumerable.Range(1, entries.Count), entries.Select(entry => entry.Ordinal));
            Assert.Equal(
                entries.Select(entry => entry.EffectiveAt).Order(),
                entries.Select(entry => entry.EffectiveAt)
            );
        }
        Assert.Equal(
            Enumerable.Range(1, Account.Entries.Count).Select(seq => (long)seq),
            Account.Entries.Select(entry => entry.Seq)
        );
        Assert.Empty(Account.Audit().Faults);
        Assert.Equal(_naive.Balances(Account.Now), BalancesNow());
        Assert.Equal(BalancesNow(), BalancesAsOf(Account.Now));
    }

    /// <summary>The laws of the ledger, as of every instant, past or future.</summary>
    public void AssertLawsAsOfEveryInstant()
    {
        foreach (var at in Instants)
        {
            foreach (var balance in CreditBalance.AsOf(Account.Credits, Account.Entries, at))
            {
                Assert.Equal(balance.Granted, balance.Remaining + balance.Drawn + balance.Expired + balance.Voided);
                Assert.True(balance is { Remaining: >= 0m, Drawn: >= 0m, Expired: >= 0m, Voided: >= 0m });
                Assert.True(balance.Expiring.Sum(part => part.Amount) <= balance.Remaining);
                Assert.All(balance.Expiring, part => Assert.True(part.ExpiresAt > at && part.Amount > 0m));
            }
            Assert.Equal(_naive.Balances(at), BalancesAsOf(at));
            if (at >= Account.Now)
                Assert.Equal(CreditBalance.Of(Account.Credits, at).Select(Answer.Of), BalancesAsOf(at));
        }
    }

    /// <summary>Every answer that was given about an instant after it had passed is still the answer.</summary>
    public void AssertPastUnchanged() => Assert.All(_past, past => Assert.Equal(past.Totals, TotalsAsOf(past.At)));

    public List<string> BalancesAsOf(DateTimeOffset at) =>
        [.. CreditBalance.AsOf(Account.Credits, Account.Entries, at).Select(Answer.Of)];

    private List<string> BalancesNow() => [.. CreditBalance.Of(Account.Credits, Account.Now).Select(Answer.Of)];

    // Without what will expire: that follows a credit's present expiry.
    private List<string> TotalsAsOf(DateTimeOffset at) =>
        [.. BalancesAsOf(at).Select(text => text[..text.IndexOf(';', StringComparison.Ordinal)])];

    private string Standing(Credit credit) => Answer.Of(credit.StandingAt(Account.Now));

    private (string Answer, string Expected) Take(Step step)
    {
        switch (step)
        {
            case Step.Grant grant:
                return Grant(grant);
            case Step.GrantMany many:
                var grants = Enumerable.Range(0, many.Count).Select(_ => Grant(many)).ToList();
                return (
                    string.Join(", ", grants.Select(one => one.Answer)),
                    string.Join(", ", grants.Select(one => one.Expected))
                );
            case Step.DrawDown drawing:
                return DrawDown(drawing);
            case Step.Reverse(var nth) when _drawdowns.Count > 0:
                return Reverse(_drawdowns[nth % _drawdowns.Count]);
            case Step.Void(var nth) when Account.Credits.Count > 0:
                return Void(CreditAt(nth));
            case Step.ChangeExpiry(var nth, var days) when Account.Credits.Count > 0:
                return ChangeExpiry(CreditAt(nth), days);
            case Step.Wait(var time):
                return WaitUntil(Account.Now + time);
            case Step.WaitForBoundary(var nth, var milliseconds):
                var ahead = _naive.Boundaries.Where(at => at > Account.Now).Distinct().Order().ToList();
                return ahead.Count == 0
                    ? WaitUntil(Account.Now.AddDays(1))
                    : WaitUntil(ahead[nth % ahead.Count].AddMilliseconds(milliseconds));
            case Step.Sweep when sweeping is Sweeping.AsWritten:
                Account.PostLapsed();
                Assert.Null(Account.PostLapsed());
                return ("", "");
            default:
                return ("", "");
        }
    }

    private (string Answer, string Expected) Grant(Step.GrantMany many) =>
        Grant(new Step.Grant(many.Currency, many.Amount, 0m, null, many.ExpiresIn));

    private (string Answer, string Expected) Grant(Step.Grant grant)
    {
        DateTimeOffset? effectiveAt = grant.EffectiveIn is { } days ? Day(days) : null;
        DateTimeOffset? expiresAt = grant.ExpiresIn is { } expiry ? Day(expiry) : null;
        var outcome = Account.TryGrant(Given.Terms(grant.Amount, grant.Currency, effectiveAt, expiresAt, grant.Paid));
        // A refused credit has no name, and the naive ledger must refuse it too.
        var name = outcome is Outcome<CreditDecided>.Accepted(var decided) ? decided.Credit.Id.ToString() : "";
        var expected = _naive.Grant(
            name,
            grant.Currency,
            Answer.Units(grant.Amount),
            Answer.Units(grant.Paid),
            effectiveAt ?? Account.Now,
            expiresAt,
            Account.Now
        );
        // A backdated grant is there to change what is said about the past from its effective instant on.
        if (outcome is Outcome<CreditDecided>.Accepted && effectiveAt < Account.Now)
            _past.RemoveAll(past => past.At >= effectiveAt);
        return (Answer.Of(outcome, _ => "granted"), expected);
    }

    private (string Answer, string Expected) DrawDown(Step.DrawDown step)
    {
        var only = step.Credit is { } nth && Account.Credits.Count > 0 ? CreditAt(nth) : (CreditId?)null;
        var amount = Resolve(step.Quantity, step.Currency);
        var outcome = Account.TryDrawDown(Answer.Amount(amount), step.Currency, only);
        var drawing = "";
        if (outcome is Outcome<DrawdownDecided>.Accepted(var decided))
        {
            drawing = decided.Drawdown.Id.ToString();
            _drawdowns.Add(decided.Drawdown.Id);
            Slices.AddRange(decided.Drawdown.Slices);
        }
        else if (outcome is Outcome<DrawdownDecided>.Refused(Refusal.InvalidOperation))
            AssertAdvertisedAmountCanBeDrawn(step.Currency);
        return (
            Answer.Of(
                outcome,
                drew => $"drew {Answer.Of(drew.Drawdown.Slices)}, {Answer.Units(drew.Spendable)} spendable"
            ),
            _naive.DrawDown(
                drawing,
                step.Currency,
                amount,
                only?.ToString(),
                Account.Now,
                CreditDecisions.MaxCreditsPerOperation
            )
        );
    }

    private void AssertAdvertisedAmountCanBeDrawn(string currency)
    {
        const int Limit = CreditDecisions.MaxCreditsPerOperation;
        var amount = Answer.Amount(_naive.AvailableInFirst(Limit, currency, Account.Now));
        var decided = Account.Decide(new(currency, amount, null, null, null)).Accepted();
        Assert.Equal(Limit, decided.Drawdown.Slices.Length);
    }

    private (string Answer, string Expected) Reverse(DrawdownId id)
    {
        var decided = Account.Reverse(id);
        Slices.AddRange(decided.Drawdown.Reversal!.Slices);
        var reversal = decided.Drawdown.Reversal!;
        var spendable = $"{Answer.Units(decided.Spendable)} spendable";
        return (
            decided.Change is null
                ? $"unchanged, {spendable}"
                : $"reversed {Answer.Of(reversal.Slices)}, lapsed {Answer.Units(reversal.Lapsed)}, {spendable}",
            _naive.Reverse(id.ToString(), Account.Now)
        );
    }

    private (string Answer, string Expected) Void(CreditId id)
    {
        var decided = Account.Void(id);
        return (
            decided.IsChanged ? $"voided {Answer.Units(-Assert.Single(decided.Entries).Amount)}" : "unchanged",
            _naive.Void(id.ToString(), Account.Now)
        );
    }

    private (string Answer, string Expected) ChangeExpiry(CreditId id, int? days)
    {
        DateTimeOffset? expiresAt = days is { } expiry ? Day(expiry) : null;
        var outcome = Account.ChangeExpiry(id, expiresAt);
        return (
            Answer.Of(outcome, decided => decided.IsChanged ? "updated" : "unchanged"),
            _naive.ChangeExpiry(id.ToString(), expiresAt, Account.Now)
        );
    }

    private (string Answer, string Expected) WaitUntil(DateTimeOffset then)
    {
        if (then > Account.Now)
        {
            _past.Add((Account.Now, TotalsAsOf(Account.Now)));
            Account.Now = then;
        }
        return ($"{Account.Now:O}", $"{Account.Now:O}");
    }

    private BigInteger Resolve(Quantity quantity, string currency)
    {
        var available = _naive.Available(currency, Account.Now);
        var amount = quantity switch
        {
            Quantity.Exactly(var exactly) => Answer.Units(exactly),
            Quantity.All => available,
            Quantity.TooMuch => available + 1,
            Quantity.Part(var percent) => available * percent / 100,
            Quantity.FirstCredits(var count) => _naive.AvailableInFirst(count, currency, Account.Now),
            _ => throw new InvalidOperationException($"Not a quantity: {quantity}"),
        };
        return BigInteger.Max(amount, 1);
    }

    private CreditId CreditAt(int nth) => Account.Credits[nth % Account.Credits.Count].Id;

    private DateTimeOffset Day(int days) =>
        new DateTimeOffset(Account.Now.UtcDateTime.Date, TimeSpan.Zero).AddDays(days);
}
