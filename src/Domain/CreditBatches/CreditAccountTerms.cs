using System.Collections.Immutable;

namespace Drawdown.Domain.CreditBatches;

/// <summary>What a caller asks for when creating a credit account. For the fields see <see cref="CreditAccount"/>.</summary>
/// <param name="StartingBalance">Credits of its first batch; 0: it has none yet.</param>
public sealed record CreditAccountTerms(
    string Name,
    long StartingBalance,
    string Type,
    ImmutableArray<string> NotifyEmails,
    ImmutableArray<string> LicenseIds,
    int? BatchDaysUntilExpire,
    long? MinimumBatchAmount,
    string? CreditBatchName
);
