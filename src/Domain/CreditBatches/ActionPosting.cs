using System.Collections.Immutable;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.Ledger;

namespace Drawdown.Domain.CreditBatches;

/// <summary>
/// Appends actions to a client's ledger within one decision. It is the only way in which a batch's balances change, so that
/// a balance without its action cannot be written.
/// </summary>
public sealed class ActionPosting(AccountHead head, Provenance by)
{
    private readonly LedgerChain<CreditAction> _chain = new(head);

    /// <summary>The actions so far.</summary>
    public ImmutableArray<CreditAction> Actions => _chain.Lines;

    /// <summary>The head after the actions so far.</summary>
    public AccountHead Head => _chain.Head;

    /// <summary>Appends one action and returns the batch after it.</summary>
    /// <param name="amount">Credits; negative only for an adjustment downwards.</param>
    /// <param name="effectiveAt">When it counts from; never before the batch was last changed.</param>
    public CreditBatch Post(
        CreditBatch batch,
        CreditActionType type,
        long amount,
        DateTimeOffset effectiveAt,
        string? reason,
        AllocationMove? allocation = null
    )
    {
        var counts = effectiveAt > batch.UpdatedAt ? effectiveAt : batch.UpdatedAt;
        var after = batch with
        {
            Balances = batch.Balances.After(type, amount),
            UpdatedAt = counts,
            LastSeq = _chain.NextSeq,
            Entries = batch.Entries + 1,
        };
        var action = new CreditAction
        {
            Seq = _chain.NextSeq,
            Type = type,
            Batch = batch.Id,
            Account = batch.Account,
            Ordinal = after.Entries,
            Amount = amount,
            Before = batch.Balances,
            After = after.Balances,
            Allocation = allocation,
            EffectiveAt = counts,
            RecordedAt = by.Now,
            Actor = by.Actor,
            Reason = reason,
            RequestId = by.RequestId,
            PreviousHash = _chain.LastHash,
        };
        _chain.Append(action with { Hash = action.ExpectedHash() });
        return after;
    }
}
