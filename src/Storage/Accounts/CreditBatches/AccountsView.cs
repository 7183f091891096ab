using Drawdown.Domain.Accounts;
using Drawdown.Domain.CreditBatches;

namespace Drawdown.Storage.Accounts.CreditBatches;

/// <summary>All credit accounts and all batches of a client, oldest first.</summary>
public sealed record AccountsView(
    AccountHead Head,
    IReadOnlyList<CreditAccount> Accounts,
    IReadOnlyList<CreditBatch> Batches
);
