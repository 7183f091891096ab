using System.Collections.Immutable;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.Ids;

namespace Drawdown.Domain.CreditBatches;

/// <summary>The decisions about one batch as a whole: create, update, void, and the posting of what expired.</summary>
public static class CreditBatchDecisions
{
    /// <summary>Creates a batch.</summary>
    /// <param name="account">The credit account that the terms name, as it was found; null when they name none, or none of this client.</param>
    public static Outcome<CreditBatchDecided> Create(
        AccountHead head,
        CreditBatchId id,
        CreditAccount? account,
        CreditBatchTerms terms,
        Provenance by
    )
    {
        var expiresOn = terms.ExpiresOn.IsSet ? terms.ExpiresOn.Value : account?.ExpiryOfBatch(by.Now);
        ImmutableArray<Fault> faults =
        [
            .. AccountFaults(account, terms),
            .. terms.ExpiresOn.IsSet ? ExpiryFaults(expiresOn, by.Now) : [],
        ];
        if (faults.Length > 0)
            return new Refusal.Invalid(faults);

        var posting = new ActionPosting(head, by);
        var batch = posting.Post(
            new CreditBatch
            {
                Id = id,
                Account = terms.Account,
                Name = terms.Name.IsSet ? terms.Name.Value : account?.CreditBatchName,
                ExpiresOn = expiresOn,
                CreatedAt = by.Now,
                UpdatedAt = by.Now,
            },
            CreditActionType.Grant,
            terms.StartingBalance,
            by.Now,
            null
        );
        return CreditBatchDecided.Of(posting, batch);
    }

    /// <summary>
    /// Changes name, expiry and current balance of an active batch. What asks for nothing new is accepted always, so that a
    /// batch can be sent back as it was fetched. Source: Thought Industries, "Update Credit Batch".
    /// </summary>
    public static Outcome<CreditBatchDecided> Update(
        AccountHead head,
        CreditBatch batch,
        CreditBatchEdit edit,
        Provenance by
    )
    {
        var standing = batch.StandingAt(by.Now);
        var (name, expiresOn) = (edit.Name.Over(batch.Name), edit.ExpiresOn.Over(batch.ExpiresOn));
        var delta = (edit.CurrentBalance ?? standing.Balances.Current) - standing.Balances.Current;
        if (name == batch.Name && expiresOn == batch.ExpiresOn && delta == 0)
            return CreditBatchDecided.Unchanged(head, batch);
        if (!standing.IsActive)
            return NotActive(standing);
        ImmutableArray<Fault> faults =
        [
            .. expiresOn != batch.ExpiresOn ? ExpiryFaults(expiresOn, by.Now) : [],
            .. delta != 0 ? BalanceFaults(edit.CurrentBalance) : [],
        ];
        if (faults.Length > 0)
            return new Refusal.Invalid(faults);

        var posting = new ActionPosting(head, by);
        var changed = batch with
        {
            Name = name,
            ExpiresOn = expiresOn,
            UpdatedAt = by.Now > batch.UpdatedAt ? by.Now : batch.UpdatedAt,
        };
        if (delta != 0)
            changed = posting.Post(changed, CreditActionType.Adjust, delta, by.Now, "Balance set");
        return CreditBatchDecided.Of(posting, changed);
    }

    /// <summary>Lets all that is left of an active batch lapse, allocated or not. A batch that is closed stays as it is.</summary>
    public static CreditBatchDecided Void(AccountHead head, CreditBatch batch, string? reason, Provenance by)
    {
        if (!batch.StandingAt(by.Now).IsActive)
            return CreditBatchDecided.Unchanged(head, batch);
        var posting = new ActionPosting(head, by);
        var voided = posting.Post(batch, CreditActionType.Void, batch.Balances.Open, by.Now, reason ?? "Voided");
        return CreditBatchDecided.Of(posting, voided with { VoidedAt = voided.UpdatedAt });
    }

    /// <summary>Posts what has lapsed in expired batches. Others stay as they are. Null when there is nothing to post.</summary>
    public static AccountChange? PostExpired(AccountHead head, IEnumerable<CreditBatch> batches, Provenance by)
    {
        var posting = new ActionPosting(head, by);
        var changed = ImmutableArray.CreateBuilder<CreditBatch>();
        foreach (var batch in batches)
            if (
                batch is { Balances.Open: > 0, ExpiresOn: { } expiry }
                && batch.StandingAt(by.Now).Status is CreditBatchStatus.Expired
            )
                changed.Add(posting.Post(batch, CreditActionType.Expire, batch.Balances.Open, expiry, "Expired"));
        return changed.Count == 0
            ? null
            : new AccountChange(posting.Head) { Batches = changed.ToImmutable(), Actions = posting.Actions };
    }

    /// <summary>A credit account is named that is not this client's.</summary>
    public static Fault NoSuchAccount =>
        new(BatchFaultCode.AccountClientMismatch, "This client has no such credit account.", "creditAccountId");

    /// <summary>What is wrong with an expiry at this instant; nothing is wrong with none.</summary>
    public static ImmutableArray<Fault> ExpiryFaults(DateTimeOffset? expiresOn, DateTimeOffset now) =>
        expiresOn <= now
            ? [new(BatchFaultCode.InvalidExpiresOn, "The expiry must be in the future.", "expiresOn")]
            : [];

    /// <summary>What is wrong with a balance to set. One that is there already may be larger: credits have come back.</summary>
    public static ImmutableArray<Fault> BalanceFaults(long? currentBalance) =>
        currentBalance > BatchBalances.Largest
            ?
            [
                new(
                    BatchFaultCode.InvalidBalance,
                    $"Expected a whole number from 0 to {BatchBalances.Largest}.",
                    "currentBalance"
                ),
            ]
            : [];

    internal static Refusal NotActive(CreditBatchStanding standing) =>
        new Refusal.InvalidState($"The batch is {standing.Status.Name()}. Only an active one can be changed or spent.");

    private static IEnumerable<Fault> AccountFaults(CreditAccount? account, CreditBatchTerms terms)
    {
        if (terms.Account is not null && account is null)
            yield return NoSuchAccount;
        if (account?.FaultOf(terms.StartingBalance) is { } tooSmall)
            yield return tooSmall;
    }
}

/// <summary>A decision about one batch: the change to commit (null: nothing changes), and the batch after it.</summary>
public sealed record CreditBatchDecided(AccountHead Head, CreditBatch Batch, AccountChange? Change)
{
    internal static CreditBatchDecided Of(ActionPosting posting, CreditBatch batch) =>
        new(posting.Head, batch, new AccountChange(posting.Head) { Batches = [batch], Actions = posting.Actions });

    internal static CreditBatchDecided Unchanged(AccountHead head, CreditBatch batch) => new(head, batch, null);
}
