using Drawdown.Domain.Ids;

namespace Drawdown.Domain.Credits;

/// <summary>What a caller asks to draw.</summary>
/// <param name="Amount">More than 0.</param>
/// <param name="Credit">Only this credit; null: all of the currency, in <see cref="DrawdownOrder"/>.</param>
public sealed record DrawdownRequest(
    string Currency,
    decimal Amount,
    CreditId? Credit,
    string? Description,
    string? ExternalId
);
