using System.Collections.Immutable;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.Ledger;

namespace Drawdown.Domain.CreditBatches;

/// <summary>
/// Proves a client's ledger: the sequence has no gaps, the hash chain closes at the head, the balance law holds after every
/// action, every action follows from the one before it, and batches and allocations hold what their actions say.
/// </summary>
public static class ActionAudit
{
    /// <summary>Audits one consistent state of a client's account.</summary>
    /// <param name="batches">All batches.</param>
    /// <param name="allocations">All allocations.</param>
    /// <param name="actions">All actions, in any order.</param>
    public static LedgerReport Verify(
        AccountHead head,
        IReadOnlyCollection<CreditBatch> batches,
        IReadOnlyCollection<CreditAllocation> allocations,
        IEnumerable<CreditAction> actions
    )
    {
        var ordered = actions.OrderBy(action => action.Seq).ToList();
        var faults = ImmutableArray.CreateBuilder<string>();
        LedgerChainAudit.Check(head, ordered, faults);

        var byBatch = ordered.ToLookup(action => action.Batch);
        var known = batches.Select(batch => batch.Id).ToHashSet();
        foreach (var orphan in byBatch.Where(group => !known.Contains(group.Key)))
            faults.Add($"Actions of {orphan.Key} have no batch.");
        foreach (var batch in batches)
            CheckBatch(batch, [.. byBatch[batch.Id]], faults);
        CheckAllocations(allocations, ordered, faults);
        return new(ordered.Count, head.LastHash, faults.ToImmutable());
    }

    private static void CheckBatch(CreditBatch batch, List<CreditAction> actions, ImmutableArray<string>.Builder faults)
    {
        if (actions is not [{ Type: CreditActionType.Grant }, ..])
            faults.Add($"Batch {batch.Id} does not begin with its grant.");
        if (actions.Skip(1).Any(action => action.Type is CreditActionType.Grant))
            faults.Add($"Batch {batch.Id} was granted twice.");
        if (actions.Exists(action => action.Account != batch.Account))
            faults.Add($"Batch {batch.Id} is not in the credit account of its actions.");
        // Nothing follows a void.
        if (batch.VoidedAt != (actions is [.., { Type: CreditActionType.Void } last] ? last.EffectiveAt : null))
            faults.Add($"Batch {batch.Id} is voided as its actions do not say, or the other way round.");

        var balances = default(BatchBalances);
        foreach (var action in actions)
        {
            if (action.Before != balances || !Follows(action))
                faults.Add($"Action {action.Seq} does not follow from the balances before it.");
            balances = action.After;
        }
        if (
            batch.Balances != balances
            || batch.Entries != actions.Count
            || batch.LastSeq != (actions.Count == 0 ? 0 : actions[^1].Seq)
        )
            faults.Add($"Batch {batch.Id} does not hold what its actions say.");
    }

    private static bool Follows(CreditAction action)
    {
        var moves = action.Type is CreditActionType.Allocate or CreditActionType.Return or CreditActionType.Redeem;
        try
        {
            return moves == action.Allocation is not null
                && action.Before.After(action.Type, action.Amount) == action.After;
        }
        // More than there is, or more than a number holds.
        catch (Exception exception) when (exception is InvalidOperationException or OverflowException)
        {
            return false;
        }
    }

    private static void CheckAllocations(
        IReadOnlyCollection<CreditAllocation> allocations,
        List<CreditAction> ordered,
        ImmutableArray<string>.Builder faults
    )
    {
        var moves = ordered.Where(action => action.Allocation is not null).ToLookup(action => action.Allocation!.Id);
        var known = allocations.Select(allocation => allocation.Id).ToHashSet();
        foreach (var orphan in moves.Where(group => !known.Contains(group.Key)))
            faults.Add($"Actions of allocation {orphan.Key} have no allocation.");
        foreach (var allocation in allocations)
            if (!Holds(allocation, moves[allocation.Id]))
                faults.Add($"Allocation {allocation.Id} does not hold what its actions say.");
    }

    private static bool Holds(CreditAllocation allocation, IEnumerable<CreditAction> moves)
    {
        var totals = new Dictionary<CreditActionType, long>();
        var left = 0L;
        try
        {
            foreach (var action in moves)
            {
                var move = action.Allocation!;
                if (move.Before != left || action.Batch != allocation.Batch || move.User != allocation.User)
                    return false;
                left += action.Type is CreditActionType.Allocate ? action.Amount : -action.Amount;
                if (move.After != left || left < 0)
                    return false;
                totals[action.Type] = totals.GetValueOrDefault(action.Type) + action.Amount;
            }
            return allocation.Left == left
                && allocation.Amount == totals.GetValueOrDefault(CreditActionType.Allocate)
                && allocation.Redeemed == totals.GetValueOrDefault(CreditActionType.Redeem)
                && allocation.Returned == totals.GetValueOrDefault(CreditActionType.Return);
        }
        catch (OverflowException)
        {
            return false;
        }
    }
}
