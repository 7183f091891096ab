using System.Collections.Immutable;

namespace Drawdown.Domain.Ledger;

/// <summary>What an audit of an account's ledger found.</summary>
/// <param name="Entries">How many entries were replayed.</param>
/// <param name="HeadHash">The hash that the account's head holds.</param>
/// <param name="Faults">What does not hold, in words; empty when everything does.</param>
public sealed record LedgerReport(long Entries, string HeadHash, ImmutableArray<string> Faults)
{
    /// <summary>Everything holds.</summary>
    public bool Ok => Faults.IsEmpty;
}
