using System.Collections.Immutable;
using Drawdown.Domain.Accounts;

namespace Drawdown.Domain.Ledger;

/// <summary>Proves that an account's ledger lines are whole: no gap, none changed, and the chain closes at the head.</summary>
public static class LedgerChainAudit
{
    /// <summary>Checks the numbers and the hashes.</summary>
    /// <param name="ordered">All lines of the account, in the order of <c>seq</c>.</param>
    /// <param name="faults">Where what does not hold is put, in words.</param>
    public static void Check(AccountHead head, IEnumerable<ILedgerLine> ordered, ImmutableArray<string>.Builder faults)
    {
        var previous = LedgerHash.Genesis;
        var seq = 0L;
        foreach (var entry in ordered)
        {
            seq++;
            if (entry.Seq != seq)
                faults.Add($"Entry {seq} is missing or doubled: the next one has seq {entry.Seq}.");
            if (entry.PreviousHash != previous)
                faults.Add($"Entry {entry.Seq} does not follow the entry before it.");
            if (entry.Hash != entry.ExpectedHash())
                faults.Add($"Entry {entry.Seq} was changed after it was written.");
            seq = entry.Seq;
            previous = entry.Hash;
        }
        if (head.LastSeq != seq || head.LastHash != previous)
            faults.Add($"The chain ends at entry {seq}, not at the head's entry {head.LastSeq}.");
    }
}
