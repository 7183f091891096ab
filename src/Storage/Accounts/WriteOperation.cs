using Drawdown.Domain.Accounts;
using Drawdown.Storage.Agenda;
using Drawdown.Storage.Idempotency;

namespace Drawdown.Storage.Accounts;

/// <summary>One request to change one account.</summary>
/// <param name="By">Its request id must be unique: it is how the writer recognises its own commit.</param>
/// <param name="Key">The caller's idempotency key, or null.</param>
public sealed record WriteOperation(AccountAddress Account, Provenance By, IdempotencyKey? Key)
{
    /// <summary>What the change makes due, as far as the request itself says it. Written while the account is read.</summary>
    public IReadOnlyList<AgendaItem> Due { get; init; } = [];
}
