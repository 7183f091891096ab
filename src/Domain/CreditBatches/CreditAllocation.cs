using Drawdown.Domain.Ids;

namespace Drawdown.Domain.CreditBatches;

/// <summary>Credits of one batch that one learner may spend.</summary>
public sealed record CreditAllocation
{
    /// <summary>The allocation.</summary>
    public required CreditAllocationId Id { get; init; }

    /// <summary>The batch that the credits come from, and go back to.</summary>
    public required CreditBatchId Batch { get; init; }

    /// <summary>The learner: the caller's own id.</summary>
    public required string User { get; init; }

    /// <summary>The credits allocated, 1 or more.</summary>
    public required long Amount { get; init; }

    /// <summary>The caller's words.</summary>
    public required string? Note { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When credits were last redeemed or returned, or else made.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>What was redeemed.</summary>
    public long Redeemed { get; init; }

    /// <summary>What went back to the batch.</summary>
    public long Returned { get; init; }

    /// <summary>What is neither redeemed nor returned. In a batch that is closed it has lapsed.</summary>
    public long Left => Amount - Redeemed - Returned;

    /// <summary>The allocation as of the instant at which its batch stands so.</summary>
    public CreditAllocationStanding StandingIn(CreditBatchStanding batch) =>
        batch.IsActive ? new(this, Left, 0) : new(this, 0, Left);
}

/// <summary>An allocation as of one instant: <c>Amount = Unspent + Redeemed + Returned + Lapsed</c>.</summary>
/// <param name="Unspent">What can be redeemed or revoked.</param>
/// <param name="Lapsed">What was unspent when the batch closed.</param>
public readonly record struct CreditAllocationStanding(CreditAllocation Allocation, long Unspent, long Lapsed);
