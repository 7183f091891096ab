using Drawdown.Domain.Accounts;
using Drawdown.Domain.CreditBatches;
using Drawdown.Domain.Credits;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Ledger;

namespace Drawdown.Domain.Tests.CreditBatches;

/// <summary>
/// A client's account in memory: takes each command through the real decision and keeps what it changes, as storage would.
/// It refuses a change that storage could not commit, and one after which a law does not hold.
/// </summary>
internal sealed class Client
{
    private readonly Dictionary<CreditAccountId, CreditAccount> _accounts = [];
    private readonly Dictionary<CreditBatchId, CreditBatch> _batches = [];
    private readonly Dictionary<CreditAllocationId, CreditAllocation> _allocations = [];
    private readonly List<CreditBatchId> _batchOrder = [];
    private readonly List<CreditAllocationId> _allocationOrder = [];
    private readonly List<CreditAction> _actions = [];
    private int _minted;
    private int _requests;

    public AccountHead Head { get; private set; } = Given.ClientHead;

    public DateTimeOffset Now { get; set; } = Given.Now;

    public IReadOnlyCollection<CreditAccount> Accounts => _accounts.Values;

    /// <summary>In the order in which they were created.</summary>
    public IReadOnlyList<CreditBatch> Batches => [.. _batchOrder.Select(id => _batches[id])];

    /// <summary>In the order in which they were made.</summary>
    public IReadOnlyList<CreditAllocation> Allocations => [.. _allocationOrder.Select(id => _allocations[id])];

    public IReadOnlyList<CreditAction> Actions => _actions;

    public CreditAction LastAction => _actions[^1];

    public CreditBatch this[CreditBatchId id] => _batches[id];

    public CreditAllocation this[CreditAllocationId id] => _allocations[id];

    public CreditBatchStanding Standing(CreditBatchId id) => _batches[id].StandingAt(Now);

    public BatchBalances Balances(CreditBatchId id) => Standing(id).Balances;

    public CreditAllocationStanding Standing(CreditAllocationId id) =>
        _allocations[id].StandingIn(Standing(_allocations[id].Batch));

    public LedgerReport Audit() => ActionAudit.Verify(Head, Batches, Allocations, _actions);

    public CreditAccountId OpenAccount(
        long startingBalance = 0,
        int? days = null,
        long? minimum = null,
        string? batchName = null
    ) => TryOpenAccount(Given.AccountTerms(startingBalance, days, minimum, batchName)).Accepted().Account.Id;

    public Outcome<CreditAccountDecided> TryOpenAccount(CreditAccountTerms terms)
    {
        var outcome = ClientDecisions.OpenAccount(Head, new(Mint()), new(Mint()), terms, By());
        if (outcome is Outcome<CreditAccountDecided>.Accepted(var decided))
            Commit(decided.Change);
        return outcome;
    }

    public CreditBatchId Create(
        long amount = 100,
        DateTimeOffset? expiresOn = null,
        CreditAccountId? account = null,
        string? name = null
    ) =>
        TryCreate(new(amount, account, Change<string>.To(name), Change<DateTimeOffset?>.To(expiresOn)))
            .Accepted()
            .Batch.Id;

    public Outcome<CreditBatchDecided> TryCreate(CreditBatchTerms terms)
    {
        var account = terms.Account is { } named ? _accounts.GetValueOrDefault(named) : null;
        return Commit(CreditBatchDecisions.Create(Head, new(Mint()), account, terms, By()));
    }

    public Outcome<CreditBatchDecided> Update(CreditBatchId id, CreditBatchEdit edit) =>
        Commit(CreditBatchDecisions.Update(Head, _batches[id], edit, By()));

    public Outcome<CreditBatchDecided> Rename(CreditBatchId id, string? name) =>
        Update(id, new(Change<string>.To(name), default, null));

    public Outcome<CreditBatchDecided> ChangeExpiry(CreditBatchId id, DateTimeOffset? expiresOn) =>
        Update(id, new(default, Change<DateTimeOffset?>.To(expiresOn), null));

    public Outcome<CreditBatchDecided> SetBalance(CreditBatchId id, long balance) =>
        Update(id, new(default, default, balance));

    public CreditBatchDecided Void(CreditBatchId id, string? reason = null)
    {
        var decided = CreditBatchDecisions.Void(Head, _batches[id], reason, By());
        Commit(decided.Change);
        return decided;
    }

    public AccountChange? PostExpired() => PostExpired(Batches);

    public AccountChange? PostExpired(IEnumerable<CreditBatch> batches)
    {
        var change = CreditBatchDecisions.PostExpired(Head, batches, By() with { Actor = "timer" });
        Commit(change);
        return change;
    }

    public CreditAllocationId Allocate(CreditBatchId batch, long amount, string user = "learner-1") =>
        TryAllocate(batch, amount, user).Accepted().Allocation.Id;

    public Outcome<AllocationDecided> TryAllocate(CreditBatchId batch, long amount, string user = "learner-1") =>
        Commit(
            AllocationDecisions.Allocate(Head, _batches[batch], new(Mint()), new(user, amount, "For a course"), By())
        );

    public Outcome<AllocationDecided> Revoke(CreditAllocationId id, long? amount = null, string? reason = null)
    {
        var allocation = _allocations[id];
        return Commit(AllocationDecisions.Revoke(Head, _batches[allocation.Batch], allocation, amount, reason, By()));
    }

    public Outcome<AllocationDecided> Redeem(CreditAllocationId id, long amount)
    {
        var allocation = _allocations[id];
        return Commit(
            AllocationDecisions.Redeem(
                Head,
                _batches[allocation.Batch],
                allocation,
                amount,
                new("course", "course-1"),
                By()
            )
        );
    }

    public Outcome<AccountRedemption> RedeemFromAccount(CreditAccountId account, long amount)
    {
        var outcome = Decide(account, amount);
        if (outcome is Outcome<AccountRedemption>.Accepted(var redemption))
            Commit(redemption.Change);
        return outcome;
    }

    /// <summary>What a redemption from an account would do now. Nothing is kept.</summary>
    public Outcome<AccountRedemption> Decide(CreditAccountId account, long amount) =>
        AllocationDecisions.RedeemFromAccount(
            Head,
            account,
            // In an order that is not the order of drawing.
            [.. Batches.Reverse()],
            new("learner-1", amount, "For a course"),
            new("course", "course-1"),
            Random(),
            By()
        );

    private Provenance By() => new("key-1", $"request-{++_requests}", Now);

    private RoutedUuid Mint() => RoutedUuid.Mint(Head.Route, Now, Random());

    // Ids of one instant must not sort by creation, or a wrong last criterion of an order would go unnoticed. 7919 is odd and
    // 64 more than the allocations of one redemption, so the 20 low bits do not repeat.
    private int Random() => (int)(++_minted * 7919L * 64L & 0xF_FFFF);

    private Outcome<CreditBatchDecided> Commit(Outcome<CreditBatchDecided> outcome)
    {
        if (outcome is Outcome<CreditBatchDecided>.Accepted(var decided))
        {
            Commit(decided.Change);
            Assert.Equal(Head, decided.Head);
            Assert.Equal(_batches[decided.Batch.Id], decided.Batch);
        }
        return outcome;
    }

    private Outcome<AllocationDecided> Commit(Outcome<AllocationDecided> outcome)
    {
        if (outcome is Outcome<AllocationDecided>.Accepted(var decided))
        {
            Commit(decided.Change);
            Assert.Equal(Head, decided.Head);
            Assert.Equal(_batches[decided.Batch.Id], decided.Batch);
            Assert.Equal(_allocations[decided.Allocation.Id], decided.Allocation);
        }
        return outcome;
    }

    private void Commit(AccountChange? change)
    {
        if (change is null)
            return;
        Assert.Equal(Head.Version + 1, change.Head.Version);
        Assert.Equal(Head.LastSeq + change.Actions.Length, change.Head.LastSeq);
        Assert.Distinct(change.Batches.Select(batch => batch.Id));
        Assert.Distinct(change.Allocations.Select(allocation => allocation.Id));
        if (change.CreditAccount is { } account)
            _accounts.Add(account.Id, account);
        foreach (var batch in change.Batches)
        {
            if (_batches.TryAdd(batch.Id, batch))
                _batchOrder.Add(batch.Id);
            Assert.True(batch.UpdatedAt >= _batches[batch.Id].UpdatedAt);
            _batches[batch.Id] = batch;
        }
        foreach (var allocation in change.Allocations)
        {
            if (_allocations.TryAdd(allocation.Id, allocation))
                _allocationOrder.Add(allocation.Id);
            _allocations[allocation.Id] = allocation;
        }
        _actions.AddRange(change.Actions);
        Head = change.Head;
        AssertLaws();
    }

    private void AssertLaws()
    {
        foreach (var batch in _batches.Values)
        {
            var balances = batch.StandingAt(Now).Balances;
            Assert.Equal(
                balances.Starting + balances.Adjustments,
                balances.Current + balances.Unspent + balances.Redeemed + balances.Lapsed
            );
            Assert.True(balances is { Current: >= 0, Unspent: >= 0, Redeemed: >= 0, Lapsed: >= 0, Starting: >= 0 });
        }
        foreach (var allocation in _allocations.Values)
        {
            var standing = Standing(allocation.Id);
            Assert.Equal(
                allocation.Amount,
                standing.Unspent + allocation.Redeemed + allocation.Returned + standing.Lapsed
            );
            Assert.True(standing is { Unspent: >= 0, Lapsed: >= 0 });
            Assert.True(allocation is { Redeemed: >= 0, Returned: >= 0 });
        }
        foreach (var batch in _batches.Values)
            Assert.Equal(
                batch.StandingAt(Now).Balances.Unspent,
                _allocations
                    .Values.Where(allocation => allocation.Batch == batch.Id)
                    .Sum(allocation => Standing(allocation.Id).Unspent)
            );
    }
}
