using Drawdown.Domain.Accounts;
using Drawdown.Storage.Idempotency;

namespace Drawdown.Storage.Accounts;

/// <summary>What an attempt wants to commit, and what it answers once that is committed.</summary>
/// <param name="Head">The head as it was read; null when the change creates it.</param>
/// <param name="Change">Null when nothing changes.</param>
public sealed record Decided(AccountHead? Head, AccountChange? Change, StoredAnswer Answer)
{
    /// <summary>What must be written before the commit and could not be known before the account was read.</summary>
    public Func<CancellationToken, Task>? Before { get; init; }
}
