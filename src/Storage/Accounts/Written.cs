using Drawdown.Storage.Idempotency;

namespace Drawdown.Storage.Accounts;

/// <summary>The answer to a write that took effect.</summary>
/// <param name="Replayed">An earlier request under the same idempotency key took effect; this is its answer.</param>
public sealed record Written(StoredAnswer Answer, bool Replayed);
