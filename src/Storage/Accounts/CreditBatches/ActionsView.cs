using Drawdown.Domain.Accounts;
using Drawdown.Domain.CreditBatches;

namespace Drawdown.Storage.Accounts.CreditBatches;

/// <summary>All batches and allocations of a client with their whole history, the latter in the order of <c>seq</c>.</summary>
public sealed record ActionsView(
    AccountHead Head,
    IReadOnlyList<CreditBatch> Batches,
    IReadOnlyList<CreditAllocation> Allocations,
    IReadOnlyList<CreditAction> Actions
);
