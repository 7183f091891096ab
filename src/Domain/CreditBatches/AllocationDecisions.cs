using System.Collections.Immutable;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.Ids;

namespace Drawdown.Domain.CreditBatches;

/// <summary>The decisions about credits of learners: allocate, revoke, redeem.</summary>
public static class AllocationDecisions
{
    /// <summary>
    /// Batches that one redemption from an account draws on at most. A transaction holds 100 rows; each batch takes four
    /// (itself, the allocation, and the two actions), and the head and the idempotency key take one each.
    /// </summary>
    public const int MaxBatchesPerRedemption = 24;

    /// <summary>Gives credits of a batch to a learner.</summary>
    public static Outcome<AllocationDecided> Allocate(
        AccountHead head,
        CreditBatch batch,
        CreditAllocationId id,
        AllocationRequest request,
        Provenance by
    )
    {
        var standing = batch.StandingAt(by.Now);
        if (!standing.IsActive)
            return CreditBatchDecisions.NotActive(standing);
        if (standing.Balances.Current < request.Amount)
            return new Refusal.InsufficientCredits(request.Amount, standing.Balances.Current, null);

        var posting = new ActionPosting(head, by);
        var (after, allocation) = Give(posting, batch, id, request, by);
        return AllocationDecided.Of(posting, after, allocation);
    }

    /// <summary>
    /// Takes unspent credits back to the batch that they came from. In a batch that is closed they have lapsed there, so
    /// nothing comes back and nothing changes.
    /// </summary>
    /// <param name="amount">Credits, 1 or more; null: all that is unspent.</param>
    public static Outcome<AllocationDecided> Revoke(
        AccountHead head,
        CreditBatch batch,
        CreditAllocation allocation,
        long? amount,
        string? reason,
        Provenance by
    )
    {
        var asked = amount ?? allocation.Left;
        if (asked > allocation.Left)
            return new Refusal.InsufficientCredits(asked, allocation.Left, null);
        if (asked == 0 || !batch.StandingAt(by.Now).IsActive)
            return AllocationDecided.Unchanged(head, batch, allocation);

        var posting = new ActionPosting(head, by);
        var move = new AllocationMove(allocation.Id, allocation.User, allocation.Left, allocation.Left - asked);
        var after = posting.Post(batch, CreditActionType.Return, asked, by.Now, reason, move);
        return AllocationDecided.Of(
            posting,
            after,
            allocation with
            {
                Returned = allocation.Returned + asked,
                UpdatedAt = after.UpdatedAt,
            }
        );
    }

    /// <summary>Spends a learner's credits.</summary>
    /// <param name="amount">Credits, 1 or more.</param>
    public static Outcome<AllocationDecided> Redeem(
        AccountHead head,
        CreditBatch batch,
        CreditAllocation allocation,
        long amount,
        RedeemedContent content,
        Provenance by
    )
    {
        var unspent = allocation.StandingIn(batch.StandingAt(by.Now)).Unspent;
        if (unspent < amount)
            return new Refusal.InsufficientCredits(amount, unspent, null);

        var posting = new ActionPosting(head, by);
        var (after, spent) = Spend(posting, batch, allocation, amount, content, by);
        return AllocationDecided.Of(posting, after, spent);
    }

    /// <summary>
    /// Spends credits of an account that nobody holds yet, batch by batch in <see cref="BatchDrawOrder"/>: the whole amount,
    /// or nothing. Each batch's part is allocated to the learner and redeemed at once.
    /// </summary>
    /// <param name="batches">All batches of the client.</param>
    /// <param name="random">Random bits for the new allocations' ids.</param>
    public static Outcome<AccountRedemption> RedeemFromAccount(
        AccountHead head,
        CreditAccountId account,
        IReadOnlyCollection<CreditBatch> batches,
        AllocationRequest request,
        RedeemedContent content,
        int random,
        Provenance by
    )
    {
        var candidates = batches
            .Where(batch => batch.Account == account && SpendableOf(batch, by.Now) > 0)
            .Order(BatchDrawOrder.Instance)
            .ToList();
        var available = candidates.Sum(batch => batch.Balances.Current);
        if (available < request.Amount)
            return new Refusal.InsufficientCredits(request.Amount, available, null);
        var reachable = candidates.Take(MaxBatchesPerRedemption).Sum(batch => batch.Balances.Current);
        if (reachable < request.Amount)
            return new Refusal.InvalidOperation(
                $"This amount is spread over more than {MaxBatchesPerRedemption} batches, which one redemption cannot touch. "
                    + $"Redeem at most {reachable} at once."
            );

        var posting = new ActionPosting(head, by);
        var changed = ImmutableArray.CreateBuilder<CreditBatch>();
        var allocations = ImmutableArray.CreateBuilder<CreditAllocation>();
        var left = request.Amount;
        foreach (var batch in candidates.TakeWhile(_ => left > 0))
        {
            var part = Math.Min(left, batch.Balances.Current);
            // Consecutive bits: ids of one instant must differ. After the largest number comes the smallest.
            var bits = unchecked(random + allocations.Count);
            var id = new CreditAllocationId(RoutedUuid.Mint(head.Route, by.Now, bits));
            var (given, allocation) = Give(posting, batch, id, request with { Amount = part }, by);
            var (spent, redeemed) = Spend(posting, given, allocation, part, content, by);
            changed.Add(spent);
            allocations.Add(redeemed);
            left -= part;
        }
        return new AccountRedemption(
            allocations.ToImmutable(),
            available - request.Amount,
            new AccountChange(posting.Head)
            {
                Batches = changed.ToImmutable(),
                Allocations = allocations.ToImmutable(),
                Actions = posting.Actions,
            }
        );
    }

    /// <summary>What of a batch can be allocated or redeemed from its account at an instant.</summary>
    public static long SpendableOf(CreditBatch batch, DateTimeOffset now) => batch.StandingAt(now).Balances.Current;

    private static (CreditBatch, CreditAllocation) Give(
        ActionPosting posting,
        CreditBatch batch,
        CreditAllocationId id,
        AllocationRequest request,
        Provenance by
    )
    {
        var move = new AllocationMove(id, request.User, 0, request.Amount);
        var after = posting.Post(batch, CreditActionType.Allocate, request.Amount, by.Now, request.Note, move);
        return (
            after,
            new CreditAllocation
            {
                Id = id,
                Batch = batch.Id,
                User = request.User,
                Amount = request.Amount,
                Note = request.Note,
                CreatedAt = by.Now,
                UpdatedAt = by.Now,
            }
        );
    }

    private static (CreditBatch, CreditAllocation) Spend(
        ActionPosting posting,
        CreditBatch batch,
        CreditAllocation allocation,
        long amount,
        RedeemedContent content,
        Provenance by
    )
    {
        var move = new AllocationMove(
            allocation.Id,
            allocation.User,
            allocation.Left,
            allocation.Left - amount,
            content.Type,
            content.Id
        );
        var after = posting.Post(batch, CreditActionType.Redeem, amount, by.Now, null, move);
        return (after, allocation with { Redeemed = allocation.Redeemed + amount, UpdatedAt = after.UpdatedAt });
    }
}

/// <summary>What a caller asks to give to a learner.</summary>
/// <param name="User">The learner: the caller's own id.</param>
/// <param name="Amount">Credits, 1 or more.</param>
public sealed record AllocationRequest(string User, long Amount, string? Note);

/// <summary>What credits are spent on, in the caller's own terms.</summary>
public sealed record RedeemedContent(string? Type, string? Id);

/// <summary>A decision about an allocation: the change to commit (null: nothing changes), and what is after it.</summary>
public sealed record AllocationDecided(
    AccountHead Head,
    CreditBatch Batch,
    CreditAllocation Allocation,
    AccountChange? Change
)
{
    internal static AllocationDecided Of(ActionPosting posting, CreditBatch batch, CreditAllocation allocation) =>
        new(
            posting.Head,
            batch,
            allocation,
            new AccountChange(posting.Head)
            {
                Batches = [batch],
                Allocations = [allocation],
                Actions = posting.Actions,
            }
        );

    internal static AllocationDecided Unchanged(AccountHead head, CreditBatch batch, CreditAllocation allocation) =>
        new(head, batch, allocation, null);
}

/// <summary>A redemption from an account.</summary>
/// <param name="Draws">What was drawn of each batch, in the order of drawing: an allocation that is redeemed in full.</param>
/// <param name="Left">What the account has left.</param>
public sealed record AccountRedemption(ImmutableArray<CreditAllocation> Draws, long Left, AccountChange Change);
