using System.Collections.Immutable;
using Drawdown.Domain.Ids;

namespace Drawdown.Domain.CreditBatches;

/// <summary>A client's credit account: what its batches have in common. It never changes.</summary>
public sealed record CreditAccount
{
    /// <summary>The account.</summary>
    public required CreditAccountId Id { get; init; }

    /// <summary>Its display name.</summary>
    public required string Name { get; init; }

    /// <summary>The caller's classification, such as <c>client</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Who is to be told about it. Drawdown keeps the addresses and sends nothing.</summary>
    public required ImmutableArray<string> NotifyEmails { get; init; }

    /// <summary>The licenses that it belongs to.</summary>
    public required ImmutableArray<string> LicenseIds { get; init; }

    /// <summary>Days of 24 hours after which a batch expires that does not say when; null: it never does.</summary>
    public required int? BatchDaysUntilExpire { get; init; }

    /// <summary>The fewest credits that a batch may start with; null: any number.</summary>
    public required long? MinimumBatchAmount { get; init; }

    /// <summary>The name of a batch that does not say one.</summary>
    public required string? CreditBatchName { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When a batch that does not say so expires.</summary>
    public DateTimeOffset? ExpiryOfBatch(DateTimeOffset createdAt) =>
        BatchDaysUntilExpire is { } days ? createdAt.AddDays(days) : null;

    /// <summary>What is wrong with a starting balance, or null.</summary>
    public Fault? FaultOf(long startingBalance) =>
        startingBalance < MinimumBatchAmount
            ? new(
                BatchFaultCode.BelowMinimumBatchAmount,
                $"A batch of this account has at least {MinimumBatchAmount} credits.",
                "startingBalance"
            )
            : null;
}
