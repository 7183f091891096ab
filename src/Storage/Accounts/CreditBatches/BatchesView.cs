using Drawdown.Domain.Accounts;
using Drawdown.Domain.CreditBatches;

namespace Drawdown.Storage.Accounts.CreditBatches;

/// <summary>All batches of a client, oldest first.</summary>
public sealed record BatchesView(AccountHead Head, IReadOnlyList<CreditBatch> Batches);
