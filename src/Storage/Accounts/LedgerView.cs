using Drawdown.Domain.Accounts;
using Drawdown.Domain.Credits;
using Drawdown.Domain.Ledger;

namespace Drawdown.Storage.Accounts;

/// <summary>All credits of an account with their whole history, the latter in the order of <c>seq</c>.</summary>
public sealed record LedgerView(AccountHead Head, IReadOnlyList<Credit> Credits, IReadOnlyList<LedgerEntry> Entries);
