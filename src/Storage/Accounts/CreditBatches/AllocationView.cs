using Drawdown.Domain.Accounts;
using Drawdown.Domain.CreditBatches;

namespace Drawdown.Storage.Accounts.CreditBatches;

/// <summary>An allocation and the batch that it came from.</summary>
public sealed record AllocationView(AccountHead Head, CreditAllocation Allocation, CreditBatch Batch);
