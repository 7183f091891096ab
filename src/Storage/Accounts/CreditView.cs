using System.Collections.Immutable;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.Credits;
using Drawdown.Domain.Ledger;

namespace Drawdown.Storage.Accounts;

/// <summary>One credit with its history, and the customer it belongs to.</summary>
public sealed record CreditView(AccountHead Head, Credit Credit, ImmutableArray<LedgerEntry> Entries)
{
    /// <summary>The view after a decision.</summary>
    public CreditView After(CreditDecided decided) =>
        new(decided.Head, decided.Credit, [.. Entries, .. decided.Entries]);
}
