using Drawdown.Domain.Ids;
using Drawdown.Domain.Ledger;

namespace Drawdown.Domain.CreditBatches;

/// <summary>
/// A batch of credits as it is stored. Its balances are those of its last action, which only <see cref="ActionPosting"/>
/// appends; after the expiry they may still hold what has lapsed, until a timer writes that down.
/// </summary>
public sealed record CreditBatch : ILedgered
{
    /// <summary>The batch.</summary>
    public required CreditBatchId Id { get; init; }

    /// <summary>The credit account that it belongs to, if any.</summary>
    public required CreditAccountId? Account { get; init; }

    /// <summary>Its display name, if any.</summary>
    public required string? Name { get; init; }

    /// <summary>The first instant at which its credits are worth nothing; null: it never expires.</summary>
    public required DateTimeOffset? ExpiresOn { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last changed, its balances included.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When it was voided; null: it was not.</summary>
    public DateTimeOffset? VoidedAt { get; init; }

    /// <summary>Where its credits are.</summary>
    public BatchBalances Balances { get; init; }

    /// <inheritdoc/>
    public long LastSeq { get; init; }

    /// <inheritdoc/>
    public int Entries { get; init; }

    /// <summary>
    /// The batch as of an instant, whether or not a timer has written its expiry down. An instant before its last change
    /// counts as that of the change: a request that began before the expiry may read the batch after the timer.
    /// </summary>
    public CreditBatchStanding StandingAt(DateTimeOffset now)
    {
        if (VoidedAt is not null)
            return new(this, CreditBatchStatus.Voided, Balances, UpdatedAt);
        var seen = now > UpdatedAt ? now : UpdatedAt;
        if (ExpiresOn is not { } expiry || seen < expiry)
            return new(this, CreditBatchStatus.Active, Balances, UpdatedAt);
        var lapsed = Balances.After(CreditActionType.Expire, Balances.Open);
        return new(this, CreditBatchStatus.Expired, lapsed, expiry > UpdatedAt ? expiry : UpdatedAt);
    }
}

/// <summary>A batch as of one instant.</summary>
/// <param name="Balances">What has lapsed is out of them, posted or not.</param>
/// <param name="UpdatedAt">An expiry is a change, at the instant of the expiry.</param>
public readonly record struct CreditBatchStanding(
    CreditBatch Batch,
    CreditBatchStatus Status,
    BatchBalances Balances,
    DateTimeOffset UpdatedAt
)
{
    /// <summary>Neither expired nor voided, though it may be empty.</summary>
    public bool IsActive => Status is CreditBatchStatus.Active;
}
