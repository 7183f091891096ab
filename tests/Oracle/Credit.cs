namespace Drawdown.Oracle;

/// <summary>A credit: its terms. What is left of it is the sum of its lines, always.</summary>
public sealed record Credit(
    string Id,
    string Currency,
    decimal Amount,
    decimal Paid,
    DateTimeOffset EffectiveAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset IssuedAt,
    string? Description,
    string? ExternalId,
    DateTimeOffset? VoidedAt
);

/// <summary>A line of the ledger.</summary>
/// <param name="Amount">Signed.</param>
public sealed record Line(
    string Type,
    string Credit,
    string Currency,
    decimal Amount,
    decimal BalanceAfter,
    DateTimeOffset EffectiveAt,
    DateTimeOffset RecordedAt,
    string? Reason,
    string? Drawdown
);

/// <summary>A part of a drawdown.</summary>
public sealed record Part(string Credit, decimal Amount, decimal BalanceAfter);

/// <summary>A drawdown.</summary>
public sealed record Spending(
    string Id,
    string Currency,
    decimal Amount,
    string? Description,
    string? ExternalId,
    DateTimeOffset DrawnAt,
    IReadOnlyList<Part> Parts,
    Reversal? Reversal
);

/// <summary>The taking back of a drawdown.</summary>
public sealed record Reversal(DateTimeOffset At, string? Reason, decimal Lapsed, IReadOnlyList<Part> Parts);
