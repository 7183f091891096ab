namespace Drawdown.Domain.Credits;

/// <summary>What a caller asks for when granting a credit. Everything is checked but what depends on the time.</summary>
/// <param name="EffectiveAt">Null: from now.</param>
/// <param name="ExpiresAt">Null: never.</param>
public sealed record CreditTerms(
    string Currency,
    decimal Amount,
    string? Description,
    DateTimeOffset? EffectiveAt,
    DateTimeOffset? ExpiresAt,
    decimal AmountPaid,
    string? AmountPaidCurrency,
    string? ExternalId,
    string Metadata
);
