using Drawdown.Domain.Accounts;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Invoicing;
using Drawdown.Domain.Ledger;
using Drawdown.Storage.Accounts.CreditBatches;

namespace Drawdown.Storage.Accounts;

/// <summary>
/// Reads of several rows that prove themselves: the totals in the rows say which other rows must be there. A read that saw
/// half of a transaction (torn) is read again.
/// </summary>
/// <remarks>
/// Measured on Azurite 3.37: more than half of the range reads taken while four writers commit see half a transaction.
/// </remarks>
public static class ConsistentReads
{
    // A torn read lasts as long as one transaction is applied, about a millisecond: twenty in a row mean something else.
    private const int MaxReads = 20;

    /// <summary>One credit with its entries, read in one step; null when there is no such credit.</summary>
    public static Task<CreditView?> CreditView(
        this AccountSnapshot snapshot,
        CreditId id,
        CancellationToken cancellation
    ) =>
        Untorn(async () =>
        {
            var head = snapshot.Head(cancellation);
            var credit = snapshot.Credit(id, cancellation);
            var entries = snapshot.Entries(id, cancellation);
            await Task.WhenAll(head, credit, entries);
            if (await head is not { } account || await credit is not { } found)
                return Read<CreditView?>.Whole(null);
            return Read<CreditView?>.If(Belong(found, await entries), new(account, found, [.. await entries]));
        });

    /// <summary>The head, then all credits; null when there is no such account.</summary>
    /// <param name="beside">
    /// What is read beside the head and before the credits: then it is not newer than the credits. (It may be older; whoever
    /// changes it is fenced off by its ETag.)
    /// </param>
    public static Task<CreditsView?> CreditsView(
        this AccountSnapshot snapshot,
        CancellationToken cancellation,
        Task? beside = null
    ) =>
        Untorn(async () =>
        {
            var reading = snapshot.Head(cancellation);
            await Task.WhenAll(reading, beside ?? Task.CompletedTask);
            if (await reading is not { } head)
                return Read<CreditsView?>.Whole(null);
            var credits = await snapshot.Credits(cancellation);
            return Read<CreditsView?>.If(snapshot.AreAsOf(head, credits), new(head, credits));
        });

    /// <summary>
    /// A charge with everything that its invoice rests on: head, charge and outbox row, then the charges that it takes and all
    /// credits. Null when there is no such charge; one that is on an invoice already comes without the rest.
    /// </summary>
    /// <param name="beside">What can be done while the second half is read.</param>
    public static Task<ChargeView?> ChargeView(
        this AccountSnapshot snapshot,
        ChargeId id,
        Func<Task> beside,
        CancellationToken cancellation
    ) =>
        Untorn(async () =>
        {
            var (reading, finding) = (snapshot.Head(cancellation), snapshot.Charge(id, cancellation));
            await Task.WhenAll(reading, finding, snapshot.IsOwed(id, cancellation));
            if (await reading is not { } head || await finding is not { } charge)
                return Read<ChargeView?>.Whole(null);
            if (charge.Status is ChargeStatus.Invoiced)
                return Read<ChargeView?>.Whole(new(head, charge, [], []));
            var credits = snapshot.Credits(cancellation);
            var takes = Task.WhenAll(charge.Takes.Select(taken => snapshot.Charge(taken, cancellation)));
            await Task.WhenAll(credits, takes, beside());
            var view = new ChargeView(head, charge, [.. (await takes).OfType<Charge>()], await credits);
            return Read<ChargeView?>.If(snapshot.AreAsOf(head, await credits), view);
        });

    /// <summary>The head, then all credits and all entries; null when there is no such account.</summary>
    public static Task<LedgerView?> LedgerView(this AccountSnapshot snapshot, CancellationToken cancellation) =>
        Untorn(() => ReadLedger(snapshot, cancellation));

    /// <summary>
    /// The same for an audit, which must also see what nothing else may rest on: rows that do not belong together although
    /// nobody writes to the account. They were removed or changed by other hands.
    /// </summary>
    public static Task<LedgerView?> LedgerToAudit(this AccountSnapshot snapshot, CancellationToken cancellation) =>
        Settled(() => ReadLedger(snapshot, cancellation), ledger => ledger?.Head);

    /// <summary>The head, then all credit batches; null when there is no such account.</summary>
    public static Task<BatchesView?> BatchesView(this AccountSnapshot snapshot, CancellationToken cancellation) =>
        Untorn(async () =>
        {
            if (await snapshot.Head(cancellation) is not { } head)
                return Read<BatchesView?>.Whole(null);
            var batches = await snapshot.CreditBatches(cancellation);
            return Read<BatchesView?>.If(snapshot.AreAsOf(head, batches), new(head, batches));
        });

    /// <summary>The head, then all credit accounts and all batches of a client; null when there is no such client.</summary>
    public static Task<AccountsView?> AccountsView(this AccountSnapshot snapshot, CancellationToken cancellation) =>
        Untorn(async () =>
        {
            if (await snapshot.Head(cancellation) is not { } head)
                return Read<AccountsView?>.Whole(null);
            var (accounts, batches) = (snapshot.CreditAccounts(cancellation), snapshot.CreditBatches(cancellation));
            await Task.WhenAll(accounts, batches);
            return Read<AccountsView?>.If(
                snapshot.AreAsOf(head, await batches),
                new(head, await accounts, await batches)
            );
        });

    /// <summary>The head, then all batches, allocations and actions; null when there is no such account.</summary>
    public static Task<ActionsView?> ActionsView(this AccountSnapshot snapshot, CancellationToken cancellation) =>
        Untorn(() => ReadActions(snapshot, cancellation));

    /// <summary>The same for an audit, as <see cref="LedgerToAudit"/>.</summary>
    public static Task<ActionsView?> ActionsToAudit(this AccountSnapshot snapshot, CancellationToken cancellation) =>
        Settled(() => ReadActions(snapshot, cancellation), view => view?.Head);

    /// <summary>
    /// One batch and its client, read in one step; null when there is no such batch. A reader takes of the head only whose it is,
    /// which never changes; a writer replaces both under their ETags.
    /// </summary>
    public static async Task<BatchView?> BatchView(
        this AccountSnapshot snapshot,
        CreditBatchId id,
        CancellationToken cancellation
    )
    {
        var (reading, finding) = (snapshot.Head(cancellation), snapshot.CreditBatch(id, cancellation));
        await Task.WhenAll(reading, finding);
        return await reading is { } head && await finding is { } batch ? new(head, batch) : null;
    }

    /// <summary>One batch with its actions and its credit account; null when there is no such batch.</summary>
    public static Task<BatchActionsView?> BatchActionsView(
        this AccountSnapshot snapshot,
        CreditBatchId id,
        CancellationToken cancellation
    ) =>
        Untorn(async () =>
        {
            var head = snapshot.Head(cancellation);
            var batch = snapshot.CreditBatch(id, cancellation);
            var actions = snapshot.CreditActions(id, cancellation);
            await Task.WhenAll(head, batch, actions);
            if (await head is not { } client || await batch is not { } found)
                return Read<BatchActionsView?>.Whole(null);
            var account = found.Account is { } named ? await snapshot.CreditAccount(named, cancellation) : null;
            return Read<BatchActionsView?>.If(Belong(found, await actions), new(client, account, found, await actions));
        });

    /// <summary>
    /// An allocation and its batch; null when there is no such allocation. To change both, or the allocation as the batch
    /// allows: both are then written under their ETags.
    /// </summary>
    /// <remarks>
    /// An allocation never changes again once its batch is closed. So in an open batch it was what it is while the batch was
    /// open, and in a closed one it is read again. What is decided on an older one does not commit; but one that has more left
    /// than its batch holds could not be decided on at all.
    /// </remarks>
    public static Task<AllocationView?> AllocationView(
        this AccountSnapshot snapshot,
        CreditAllocationId id,
        DateTimeOffset now,
        CancellationToken cancellation
    ) =>
        Untorn(async () =>
        {
            var (reading, finding) = (snapshot.Head(cancellation), snapshot.CreditAllocation(id, cancellation));
            await Task.WhenAll(reading, finding);
            if (await reading is not { } head || await finding is not { } allocation)
                return Read<AllocationView?>.Whole(null);
            var batch = (await snapshot.CreditBatch(allocation.Batch, cancellation))!;
            var isOpen = batch.StandingAt(now).IsActive;
            if (!isOpen)
                allocation = (await snapshot.CreditAllocation(id, cancellation))!;
            return Read<AllocationView?>.If(
                !isOpen || allocation.Left <= batch.Balances.Unspent,
                new(head, allocation, batch)
            );
        });

    private static async Task<Read<ActionsView?>> ReadActions(AccountSnapshot snapshot, CancellationToken cancellation)
    {
        if (await snapshot.Head(cancellation) is not { } head)
            return Read<ActionsView?>.Whole(null);
        var batches = snapshot.CreditBatches(cancellation);
        var allocations = snapshot.CreditAllocations(cancellation);
        var actions = snapshot.CreditActions(cancellation);
        await Task.WhenAll(batches, allocations, actions);
        var ordered = (await actions).OrderBy(action => action.Seq).ToList();
        var whole =
            snapshot.AreAsOf(head, await batches)
            && AreWhole(head, ordered)
            // Each allocation has as much left as its last action says, so none is older or newer than the head.
            && Left(await allocations, allocation => allocation.Id, allocation => allocation.Left)
                .SetEquals(
                    Left(
                        ordered.Where(action => action.Allocation is not null).GroupBy(action => action.Allocation!.Id),
                        moves => moves.Key,
                        moves => moves.Last().Allocation!.After
                    )
                );
        return Read<ActionsView?>.If(whole, new(head, await batches, await allocations, ordered));
    }

    private static HashSet<(CreditAllocationId, long)> Left<T>(
        IEnumerable<T> items,
        Func<T, CreditAllocationId> id,
        Func<T, long> left
    ) => [.. items.Select(item => (id(item), left(item)))];

    private static async Task<Read<LedgerView?>> ReadLedger(AccountSnapshot snapshot, CancellationToken cancellation)
    {
        if (await snapshot.Head(cancellation) is not { } head)
            return Read<LedgerView?>.Whole(null);
        var credits = snapshot.Credits(cancellation);
        var entries = snapshot.Entries(cancellation);
        await Task.WhenAll(credits, entries);
        var ordered = (await entries).OrderBy(entry => entry.Seq).ToList();
        var whole = snapshot.AreAsOf(head, await credits) && AreWhole(head, ordered);
        return Read<LedgerView?>.If(whole, new(head, await credits, ordered));
    }

    /// <summary>The head, then all invoices and subscriptions; null when there is no such account.</summary>
    public static Task<CustomerView?> CustomerView(this AccountSnapshot snapshot, CancellationToken cancellation) =>
        Untorn(async () =>
        {
            if (await snapshot.Head(cancellation) is not { } head)
                return Read<CustomerView?>.Whole(null);
            var (invoices, subscriptions) = (snapshot.Invoices(cancellation), snapshot.Subscriptions(cancellation));
            await Task.WhenAll(invoices, subscriptions);
            var ordered = (await invoices).OrderByDescending(invoice => invoice.Sequence).ToList();
            var whole =
                ordered.Count == head.LastInvoice && (ordered.Count == 0 || ordered[0].Sequence == head.LastInvoice);
            return Read<CustomerView?>.If(
                whole,
                new(head, ordered, [.. (await subscriptions).AsEnumerable().Reverse()])
            );
        });

    /// <summary>Whether the lines are those that the thing's totals count.</summary>
    private static bool Belong<T>(ILedgered thing, List<T> lines)
        where T : ILedgerLine => lines.Count == thing.Entries && lines.Count > 0 && lines[^1].Seq == thing.LastSeq;

    /// <summary>
    /// Whether the credits, or batches, are those of the head's version. No row is newer, because none was written with a later version of
    /// the head; and none is older, because the counts of the entries add up.
    /// </summary>
    /// <remarks>
    /// The counts alone do not say that none is newer: a new name or expiry is no entry, and neither is an account without
    /// credits.
    /// </remarks>
    private static bool AreAsOf<T>(this AccountSnapshot snapshot, AccountHead head, List<T> things)
        where T : class, ILedgered =>
        snapshot.NewestRow <= head.Version
        && things.TrueForAll(thing => thing.LastSeq <= head.LastSeq)
        && things.Sum(thing => (long)thing.Entries) == head.LastSeq;

    /// <summary>
    /// Whether the lines are 1, 2, 3, … up to the head's. The number alone does not say so: one may be missing from an
    /// earlier page, and one too new be on a later page.
    /// </summary>
    private static bool AreWhole<T>(AccountHead head, List<T> ordered)
        where T : ILedgerLine =>
        ordered.Count == head.LastSeq && (ordered.Count == 0 || ordered[^1].Seq == head.LastSeq);

    /// <summary>A read that is whole, or that stays torn while nobody writes.</summary>
    private static async Task<T> Settled<T>(Func<Task<Read<T>>> read, Func<T, AccountHead?> head)
    {
        var first = await read();
        var last = first;
        for (var reads = 1; reads < MaxReads && !last.IsWhole; reads++)
            last = await read();
        return last.IsWhole || head(last.Value)?.Version == head(first.Value)?.Version
            ? last.Value
            : throw new StorageUnavailableException("The account kept changing while it was read.");
    }

    private static async Task<T> Untorn<T>(Func<Task<Read<T>>> read)
    {
        for (var reads = 0; reads < MaxReads; reads++)
            if (await read() is { IsWhole: true } whole)
                return whole.Value;
        throw new StorageUnavailableException("The account kept changing while it was read.");
    }

    private readonly record struct Read<T>(bool IsWhole, T Value)
    {
        public static Read<T> Whole(T value) => new(true, value);

        public static Read<T> If(bool isWhole, T value) => new(isWhole, value);
    }
}
