using System.Collections.Immutable;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.Credits;
using Drawdown.Domain.Money;

namespace Drawdown.Domain.Ledger;

/// <summary>
/// Proves an account's ledger: the sequence has no gaps, the hash chain closes at the head, every balance follows from its
/// entries, and no credit was ever below 0.
/// </summary>
public static class LedgerAudit
{
    /// <summary>Audits one consistent state of an account.</summary>
    /// <param name="credits">All credits of the account.</param>
    /// <param name="entries">All entries of the account, in any order.</param>
    public static LedgerReport Verify(
        AccountHead head,
        IReadOnlyCollection<Credit> credits,
        IEnumerable<LedgerEntry> entries
    )
    {
        var ordered = entries.OrderBy(entry => entry.Seq).ToList();
        var faults = ImmutableArray.CreateBuilder<string>();
        LedgerChainAudit.Check(head, ordered, faults);

        var byCredit = ordered.ToLookup(entry => entry.Credit);
        var known = credits.Select(credit => credit.Id).ToHashSet();
        foreach (var orphan in byCredit.Where(group => !known.Contains(group.Key)))
            faults.Add($"Entries of {orphan.Key} have no credit.");
        foreach (var credit in credits)
            CheckCredit(credit, [.. byCredit[credit.Id]], faults);
        return new(ordered.Count, head.LastHash, faults.ToImmutable());
    }

    private static void CheckCredit(Credit credit, List<LedgerEntry> entries, ImmutableArray<string>.Builder faults)
    {
        if (entries is not [{ Type: EntryType.Grant } grant, ..] || grant.Amount != credit.Amount)
            faults.Add($"{credit.Id} does not begin with its grant of {ExactDecimal.Format(credit.Amount)}.");
        if (entries.Skip(1).Any(entry => entry.Type is EntryType.Grant))
            faults.Add($"{credit.Id} was granted twice.");

        if (entries.Exists(entry => entry.Currency != credit.Currency))
            faults.Add($"{credit.Id} is in {credit.Currency}, but not all of its entries are.");

        var balance = 0m;
        foreach (var entry in entries)
        {
            balance += entry.Amount;
            if (Math.Sign(entry.Amount) != entry.Type.Sign())
                faults.Add($"Entry {entry.Seq} has the wrong sign.");
            if (balance < 0m || entry.BalanceAfter != balance)
                faults.Add(
                    $"Entry {entry.Seq} states a balance of {ExactDecimal.Format(entry.BalanceAfter)}; its credit then has {ExactDecimal.Format(balance)}."
                );
        }

        decimal Total(EntryType type) =>
            Math.Abs(entries.Where(entry => entry.Type == type).Sum(entry => entry.Amount));
        var agrees =
            credit.Remaining == balance
            && credit.Drawn == Total(EntryType.Drawdown)
            && credit.Reinstated == Total(EntryType.Reinstate)
            && credit.Expired == Total(EntryType.Expire)
            && credit.Voided == Total(EntryType.Void)
            && credit.Entries == entries.Count
            && credit.LastSeq == (entries.Count == 0 ? 0 : entries[^1].Seq);
        if (!agrees || !credit.Balances)
            faults.Add($"{credit.Id} does not hold what its entries say.");
    }
}
