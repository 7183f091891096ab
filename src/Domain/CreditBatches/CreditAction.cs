using System.Globalization;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Ledger;

namespace Drawdown.Domain.CreditBatches;

/// <summary>One line of a client's ledger: what happened to a batch, with its balances before and after. It is never changed.</summary>
public sealed record CreditAction : ILedgerLine
{
    /// <inheritdoc/>
    public required long Seq { get; init; }

    /// <summary>What happened.</summary>
    public required CreditActionType Type { get; init; }

    /// <summary>The batch it happened to.</summary>
    public required CreditBatchId Batch { get; init; }

    /// <summary>The credit account of the batch, if it has one.</summary>
    public required CreditAccountId? Account { get; init; }

    /// <summary>1, 2, 3, … within the batch.</summary>
    public required int Ordinal { get; init; }

    /// <summary>Credits; negative only for an adjustment downwards, 0 only for a batch that begins or is voided without any.</summary>
    public required long Amount { get; init; }

    /// <summary>The batch's balances before it.</summary>
    public required BatchBalances Before { get; init; }

    /// <summary>The batch's balances after it.</summary>
    public required BatchBalances After { get; init; }

    /// <summary>The allocation that credits went to or came from, and whose; null when it is about the batch alone.</summary>
    public required AllocationMove? Allocation { get; init; }

    /// <summary>When it counts from. An expiry counts from the batch's expiry, whenever it was written down.</summary>
    public required DateTimeOffset EffectiveAt { get; init; }

    /// <summary>When it was written down.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>The id of the API key, or the name of the timer.</summary>
    public required string Actor { get; init; }

    /// <summary>The caller's words, or null.</summary>
    public required string? Reason { get; init; }

    /// <summary>The request that wrote it.</summary>
    public required string RequestId { get; init; }

    /// <inheritdoc/>
    public required string PreviousHash { get; init; }

    /// <inheritdoc/>
    public string Hash { get; init; } = "";

    /// <summary>Whether it takes from what the client can spend; else it adds to it. Neither when the amount is 0.</summary>
    public bool IsDebit =>
        Type switch
        {
            CreditActionType.Grant or CreditActionType.Return => false,
            CreditActionType.Adjust => Amount < 0,
            _ => true,
        };

    /// <summary>The action's own id, which follows from the batch and the ordinal.</summary>
    public RoutedUuid Id => RoutedUuid.Derive(Batch.Uuid.Account, "action", Batch.ToString(), Number(Ordinal));

    /// <summary>The order of the fields is part of the format: it must never change.</summary>
    public string ExpectedHash() =>
        LedgerHash.Digest(
            "drawdown-actions-1",
            PreviousHash,
            Number(Seq),
            Type.Name(),
            Batch.ToString(),
            Account?.ToString(),
            Number(Ordinal),
            Number(Amount),
            Text(Before),
            Text(After),
            Allocation?.Id.ToString(),
            Allocation?.User,
            Allocation is { } move ? $"{Number(move.Before)} {Number(move.After)}" : null,
            Allocation?.ContentType,
            Allocation?.ContentId,
            Number(EffectiveAt.UtcTicks),
            Number(RecordedAt.UtcTicks),
            Actor,
            Reason,
            RequestId
        );

    private static string Text(BatchBalances balances) =>
        string.Join(
            ' ',
            Number(balances.Starting),
            Number(balances.Adjustments),
            Number(balances.Current),
            Number(balances.Unspent),
            Number(balances.Redeemed),
            Number(balances.Lapsed)
        );

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The learner's side of an action.</summary>
/// <param name="User">The learner.</param>
/// <param name="Before">What the allocation had left before, in credits.</param>
/// <param name="After">What it has left after.</param>
/// <param name="ContentType">What kind of thing was paid for; only of a redemption.</param>
/// <param name="ContentId">The thing that was paid for; only of a redemption.</param>
public sealed record AllocationMove(
    CreditAllocationId Id,
    string User,
    long Before,
    long After,
    string? ContentType = null,
    string? ContentId = null
);
