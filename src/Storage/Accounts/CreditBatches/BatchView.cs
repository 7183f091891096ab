using Drawdown.Domain.Accounts;
using Drawdown.Domain.CreditBatches;

namespace Drawdown.Storage.Accounts.CreditBatches;

/// <summary>One batch, and the client that it belongs to.</summary>
public sealed record BatchView(AccountHead Head, CreditBatch Batch);
