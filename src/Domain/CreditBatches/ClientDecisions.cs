using Drawdown.Domain.Accounts;
using Drawdown.Domain.Ids;

namespace Drawdown.Domain.CreditBatches;

/// <summary>The decisions about a client and its credit accounts.</summary>
public static class ClientDecisions
{
    /// <summary>Creates a client.</summary>
    /// <param name="existing">The head found where the new one would live, or null.</param>
    public static Outcome<AccountChange> Create(
        AccountHead? existing,
        OrganizationId organization,
        ClientId id,
        ClientProfile profile,
        DateTimeOffset now
    ) =>
        existing is not null
            // The id is the server's own, and follows from the idempotency key: it can only be taken when the key was used
            // and forgotten since, or by a hash collision.
            ? new Refusal.Duplicate("This Idempotency-Key made a client before. Send the request with another key.")
            : new AccountChange(
                new AccountHead
                {
                    Organization = organization,
                    Kind = AccountKind.Client,
                    CustomerId = id.ToString(),
                    Profile = profile,
                    CreatedAt = now,
                    Version = 1,
                }
            );

    /// <summary>Creates a credit account, with its first batch when it starts with credits.</summary>
    public static Outcome<CreditAccountDecided> OpenAccount(
        AccountHead head,
        CreditAccountId id,
        CreditBatchId firstBatch,
        CreditAccountTerms terms,
        Provenance by
    )
    {
        var account = new CreditAccount
        {
            Id = id,
            Name = terms.Name,
            Type = terms.Type,
            NotifyEmails = terms.NotifyEmails,
            LicenseIds = terms.LicenseIds,
            BatchDaysUntilExpire = terms.BatchDaysUntilExpire,
            MinimumBatchAmount = terms.MinimumBatchAmount,
            CreditBatchName = terms.CreditBatchName,
            CreatedAt = by.Now,
        };
        if (terms.StartingBalance == 0)
            return new CreditAccountDecided(account, null, new AccountChange(head.Next()) { CreditAccount = account });
        return CreditBatchDecisions
            .Create(head, firstBatch, account, new(terms.StartingBalance, id, default, default), by)
            .Then(batch => new CreditAccountDecided(
                account,
                batch.Batch,
                batch.Change! with
                {
                    CreditAccount = account,
                }
            ));
    }
}

/// <summary>A new credit account: the change to commit, and its first batch if it has one.</summary>
public sealed record CreditAccountDecided(CreditAccount Account, CreditBatch? FirstBatch, AccountChange Change);
