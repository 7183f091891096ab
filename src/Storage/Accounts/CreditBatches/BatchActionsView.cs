using Drawdown.Domain.Accounts;
using Drawdown.Domain.CreditBatches;

namespace Drawdown.Storage.Accounts.CreditBatches;

/// <summary>One batch with its history in order, and its credit account if it has one.</summary>
public sealed record BatchActionsView(
    AccountHead Head,
    CreditAccount? Account,
    CreditBatch Batch,
    IReadOnlyList<CreditAction> Actions
);
