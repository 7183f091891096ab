using Drawdown.Domain.Credits;
using Drawdown.Domain.Ids;

namespace Drawdown.Domain.CreditBatches;

/// <summary>What a caller asks for when creating a batch. Everything is checked but what depends on the account and the time.</summary>
/// <param name="StartingBalance">Credits, 0 or more.</param>
/// <param name="Account">The credit account that it shall belong to; null: none.</param>
/// <param name="Name">Unless it is set, the account's default.</param>
/// <param name="ExpiresOn">Unless it is set, the account's default; set to null: never.</param>
public sealed record CreditBatchTerms(
    long StartingBalance,
    CreditAccountId? Account,
    Change<string> Name,
    Change<DateTimeOffset?> ExpiresOn
);
