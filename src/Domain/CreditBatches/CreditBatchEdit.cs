using Drawdown.Domain.Credits;

namespace Drawdown.Domain.CreditBatches;

/// <summary>What a caller asks to change of a batch.</summary>
/// <param name="CurrentBalance">The balance to set, 0 or more; null: as it is.</param>
public sealed record CreditBatchEdit(Change<string> Name, Change<DateTimeOffset?> ExpiresOn, long? CurrentBalance);
