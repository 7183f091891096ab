using Drawdown.Domain.Accounts;
using Drawdown.Domain.Credits;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Ledger;

namespace Drawdown.Domain.Tests;

/// <summary>
/// An account in memory: takes each command through the real decision and keeps what it changes, as storage would, and
/// refuses a change that storage could not commit.
/// </summary>
internal sealed partial class Account(AccountHead head)
{
    private readonly Dictionary<CreditId, Credit> _credits = [];
    private readonly List<CreditId> _order = [];
    private readonly List<LedgerEntry> _entries = [];
    private readonly Dictionary<DrawdownId, CreditDrawdown> _drawdowns = [];
    private int _credited;
    private int _drawn;
    private int _requests;

    public Account()
        : this(Given.Head) { }

    public AccountHead Head { get; private set; } = head;

    public DateTimeOffset Now { get; set; } = Given.Now;

    /// <summary>In the order in which they were granted.</summary>
    public IReadOnlyList<Credit> Credits => [.. _order.Select(id => _credits[id])];

    public IReadOnlyList<LedgerEntry> Entries => _entries;

    public Credit this[CreditId id] => _credits[id];

    public CreditDrawdown this[DrawdownId id] => _drawdowns[id];

    public CreditStanding Standing(CreditId id) => _credits[id].StandingAt(Now);

    public LedgerReport Audit() => LedgerAudit.Verify(Head, Credits, _entries);

    public CreditId Grant(
        decimal amount = 100m,
        string currency = "USD",
        DateTimeOffset? effectiveAt = null,
        DateTimeOffset? expiresAt = null,
        decimal paid = 0m
    ) => TryGrant(Given.Terms(amount, currency, effectiveAt, expiresAt, paid)).Accepted().Credit.Id;

    public Outcome<CreditDecided> TryGrant(CreditTerms terms) =>
        Commit(CreditDecisions.Grant(Head, new(Mint(++_credited)), terms, By()));

    public Outcome<CreditDecided> Update(CreditId id, CreditEdit edit) =>
        Commit(CreditDecisions.Update(Head, _credits[id], edit, By()));

    public Outcome<CreditDecided> ChangeExpiry(CreditId id, DateTimeOffset? expiresAt) =>
        Update(id, new(default, Change<DateTimeOffset?>.To(expiresAt)));

    public CreditDecided Void(CreditId id)
    {
        var decided = CreditDecisions.Void(Head, _credits[id], By());
        Commit(decided.Change);
        return decided;
    }

    public AccountChange? PostLapsed() => PostLapsed(Credits);

    public AccountChange? PostLapsed(IEnumerable<Credit> credits)
    {
        var change = CreditDecisions.PostLapsed(Head, credits, By() with { Actor = "timer" });
        Commit(change);
        return change;
    }

    public CreditDrawdown DrawDown(decimal amount, string currency = "USD", CreditId? credit = null) =>
        TryDrawDown(amount, currency, credit).Accepted().Drawdown;

    public Outcome<DrawdownDecided> TryDrawDown(decimal amount, string currency = "USD", CreditId? credit = null)
    {
        var outcome = Decide(new(currency, amount, credit, "Usage", null));
        if (outcome is Outcome<DrawdownDecided>.Accepted { Value.Change: var change })
            Commit(change);
        return outcome;
    }

    /// <summary>What a drawdown would do now. Nothing is kept.</summary>
    public Outcome<DrawdownDecided> Decide(DrawdownRequest request) =>
        DrawdownDecisions.DrawDown(Head, Credits, new(Mint(++_drawn)), request, By());

    /// <summary>Takes a drawdown back. As the service does, it first posts what is overdue, if the decision asks for it.</summary>
    public DrawdownDecided Reverse(DrawdownId id, string? reason = "A mistake")
    {
        var outcome = TryReverse(id, reason);
        if (outcome is Outcome<DrawdownDecided>.Refused(Refusal.Overdue))
        {
            var slices = _drawdowns[id].Slices.Select(slice => slice.Credit).ToHashSet();
            PostLapsed(Credits.Where(credit => slices.Contains(credit.Id)));
            outcome = TryReverse(id, reason);
        }
        var decided = outcome.Accepted();
        Commit(decided.Change);
        return decided;
    }

    /// <summary>What taking a drawdown back would do now. Nothing is kept.</summary>
    public Outcome<DrawdownDecided> TryReverse(DrawdownId id, string? reason = "A mistake") =>
        DrawdownDecisions.Reverse(Head, _drawdowns[id], Credits, reason, By());

    private Provenance By() => new("key-1", $"request-{++_requests}", Now);

    // Ids of one instant must not sort by creation, or a wrong last criterion of the drawdown order would go unnoticed.
    // 7919 is odd, so the 20 low bits do not repeat.
    private RoutedHex Mint(int n) => RoutedHex.Mint(Head.Route, Now, n * 7919);

    private Outcome<CreditDecided> Commit(Outcome<CreditDecided> outcome)
    {
        if (outcome is Outcome<CreditDecided>.Accepted { Value.Change: var change })
            Commit(change);
        return outcome;
    }

    public void Commit(AccountChange? change)
    {
        if (change is null)
            return;
        Assert.Equal(Head.Version + 1, change.Head.Version);
        Assert.Equal(Head.LastSeq + change.Entries.Length, change.Head.LastSeq);
        Assert.Distinct(change.Credits.Select(credit => credit.Id));
        foreach (var credit in change.Credits)
        {
            if (!_credits.ContainsKey(credit.Id))
                _order.Add(credit.Id);
            _credits[credit.Id] = credit;
        }
        _entries.AddRange(change.Entries);
        if (change.Drawdown is { } drawdown)
            _drawdowns[drawdown.Id] = drawdown;
        CommitBilling(change);
        Head = change.Head;
    }
}
