using Drawdown.Domain.Accounts;
using Drawdown.Domain.Credits;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Invoicing;
using Drawdown.Domain.Ledger;

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
    public static Task<CreditsView?> CreditsView(this AccountSnapshot snapshot, CancellationToken cancellation) =>
        Untorn(async () =>
        {
            if (await snapshot.Head(cancellation) is not { } head)
                return Read<CreditsView?>.Whole(null);
            var credits = await snapshot.Credits(cancellation);
            return Read<CreditsView?>.If(AreAsOf(head, credits), new(head, credits));
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
            return Read<ChargeView?>.If(AreAsOf(head, await credits), view);
        });

    /// <summary>The head, then all credits and all entries; null when there is no such account.</summary>
    public static Task<LedgerView?> LedgerView(this AccountSnapshot snapshot, CancellationToken cancellation) =>
        Untorn(() => ReadLedger(snapshot, cancellation));

    /// <summary>
    /// The same for an audit, which must also see what nothing else may rest on: rows that do not belong together although
    /// nobody writes to the account. They were removed or changed by other hands.
    /// </summary>
    public static async Task<LedgerView?> LedgerToAudit(this AccountSnapshot snapshot, CancellationToken cancellation)
    {
        var first = await ReadLedger(snapshot, cancellation);
        var last = first;
        for (var reads = 1; reads < MaxReads && !last.IsWhole; reads++)
            last = await ReadLedger(snapshot, cancellation);
        return last.IsWhole || last.Value!.Head.Version == first.Value!.Head.Version
            ? last.Value
            : throw new StorageUnavailableException("The account kept changing while it was read.");
    }

    private static async Task<Read<LedgerView?>> ReadLedger(AccountSnapshot snapshot, CancellationToken cancellation)
    {
        if (await snapshot.Head(cancellation) is not { } head)
            return Read<LedgerView?>.Whole(null);
        var credits = snapshot.Credits(cancellation);
        var entries = snapshot.Entries(cancellation);
        await Task.WhenAll(credits, entries);
        var ordered = (await entries).OrderBy(entry => entry.Seq).ToList();
        var whole = AreAsOf(head, await credits) && AreAsOf(head, ordered);
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

    /// <summary>Whether the entries are those that the credit's totals count.</summary>
    private static bool Belong(Credit credit, List<LedgerEntry> entries) =>
        entries.Count == credit.Entries && entries.Count > 0 && entries[^1].Seq == credit.LastSeq;

    /// <summary>
    /// Whether the credits are those of the head's version. None is newer, because none has an entry that the head does not
    /// count; then none is older, because the counts add up.
    /// </summary>
    private static bool AreAsOf(AccountHead head, List<Credit> credits) =>
        credits.TrueForAll(credit => credit.LastSeq <= head.LastSeq)
        && credits.Sum(credit => (long)credit.Entries) == head.LastSeq;

    /// <summary>
    /// Whether the entries are 1, 2, 3, … up to the head's. The number alone does not say so: one may be missing from an
    /// earlier page, and one too new be on a later page.
    /// </summary>
    private static bool AreAsOf(AccountHead head, List<LedgerEntry> ordered) =>
        ordered.Count == head.LastSeq && (ordered.Count == 0 || ordered[^1].Seq == head.LastSeq);

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
