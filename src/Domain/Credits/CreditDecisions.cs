using System.Collections.Immutable;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Ledger;

namespace Drawdown.Domain.Credits;

/// <summary>The decisions about one credit: grant, update, void, and the posting of what lapsed.</summary>
public static class CreditDecisions
{
    /// <summary>
    /// Credits that one operation touches at most. A transaction holds 100 rows; each credit takes two (itself and its
    /// entry), and the head, the drawdown, its <c>external_id</c> and the idempotency key take one each, which leaves a
    /// reserve for what a later operation adds.
    /// </summary>
    public const int MaxCreditsPerOperation = 45;

    /// <summary>Grants a credit.</summary>
    public static Outcome<CreditDecided> Grant(AccountHead head, CreditId id, CreditTerms terms, Provenance by)
    {
        var effectiveAt = terms.EffectiveAt ?? by.Now;
        if (ExpiryFaults(terms.ExpiresAt, effectiveAt, by.Now) is { Length: > 0 } faults)
            return new Refusal.Invalid(faults);

        var posting = new Posting(head, by);
        var granted = posting.Post(
            new Credit
            {
                Id = id,
                Currency = terms.Currency,
                Amount = terms.Amount,
                AmountPaid = terms.AmountPaid,
                AmountPaidCurrency = terms.AmountPaidCurrency,
                EffectiveAt = effectiveAt,
                ExpiresAt = terms.ExpiresAt,
                IssuedAt = by.Now,
                Description = terms.Description,
                ExternalId = terms.ExternalId,
                Metadata = terms.Metadata,
            },
            EntryType.Grant,
            terms.Amount,
            effectiveAt,
            terms.Description
        );
        return CreditDecided.Of(posting, granted) with
        {
            Reference = terms.ExternalId is { } external ? new(ExternalKind.Credit, external, id.ToString()) : null,
        };
    }

    /// <summary>
    /// Changes description and expiry of an active credit. Source: Lotus, "Update credit": an expiry in the past and a
    /// credit that is no longer active are errors.
    /// </summary>
    public static Outcome<CreditDecided> Update(AccountHead head, Credit credit, CreditEdit edit, Provenance by)
    {
        if (
            edit.ExpiresAt.IsSet
            && ExpiryFaults(edit.ExpiresAt.Value, credit.EffectiveAt, by.Now) is { Length: > 0 } faults
        )
            return new Refusal.Invalid(faults);
        if (!credit.StandingAt(by.Now).IsActive)
            return new Refusal.InvalidState("Only active credits can be updated");

        var updated = credit with
        {
            Description = edit.Description.Over(credit.Description),
            ExpiresAt = edit.ExpiresAt.Over(credit.ExpiresAt),
        };
        return updated == credit
            ? CreditDecided.Unchanged(head, credit)
            : CreditDecided.Of(new Posting(head, by), updated);
    }

    /// <summary>Takes all that is left of an active credit. A credit that is not active stays as it is.</summary>
    public static CreditDecided Void(AccountHead head, Credit credit, Provenance by)
    {
        var standing = credit.StandingAt(by.Now);
        if (!standing.IsActive)
            return CreditDecided.Unchanged(head, credit);

        var posting = new Posting(head, by);
        var voided = posting.Post(credit, EntryType.Void, standing.Remaining, by.Now, "Voided");
        return CreditDecided.Of(posting, voided with { VoidedAt = by.Now });
    }

    /// <summary>
    /// Posts what has lapsed in closed credits (expired, or reinstated after the close). Credits that are open or empty
    /// stay as they are. Null when there is nothing to post.
    /// </summary>
    public static AccountChange? PostLapsed(AccountHead head, IEnumerable<Credit> credits, Provenance by)
    {
        var posting = new Posting(head, by);
        var changed = ImmutableArray.CreateBuilder<Credit>();
        foreach (var credit in credits)
        {
            var standing = credit.StandingAt(by.Now);
            if (standing is { Closing: { } closing, Lapsed: > 0m, ClosedAt: { } closedAt })
                changed.Add(posting.Post(credit, closing, standing.Lapsed, closedAt, LapseReason(closing)));
        }
        return changed.Count == 0
            ? null
            : new AccountChange(posting.Head) { Credits = changed.ToImmutable(), Entries = posting.Entries };
    }

    /// <summary>The words of an entry that no caller asked for.</summary>
    public static string LapseReason(EntryType closing) => closing is EntryType.Expire ? "Expired" : "Voided";

    /// <summary>What is wrong with an expiry at this instant; nothing is wrong with none.</summary>
    public static ImmutableArray<Fault> ExpiryFaults(
        DateTimeOffset? expiresAt,
        DateTimeOffset effectiveAt,
        DateTimeOffset now
    )
    {
        if (expiresAt <= now)
            return [new(FaultCode.Invalid, "Expiration date must be in the future", "expires_at")];
        if (expiresAt <= effectiveAt)
            return [new(FaultCode.Invalid, "Expiration date must be after the effective date", "expires_at")];
        return [];
    }
}

/// <summary>A decision about one credit: the change to commit and the credit after it.</summary>
/// <param name="IsChanged">False when there is nothing to commit.</param>
public sealed record CreditDecided(AccountHead Head, Credit Credit, ImmutableArray<LedgerEntry> Entries, bool IsChanged)
{
    /// <summary>An <c>external_id</c> that is taken by this change.</summary>
    public ExternalReference? Reference { get; init; }

    /// <summary>The change to commit; null when nothing changes.</summary>
    public AccountChange? Change =>
        IsChanged
            ? new AccountChange(Head)
            {
                Credits = [Credit],
                Entries = Entries,
                Reference = Reference,
            }
            : null;

    internal static CreditDecided Of(Posting posting, Credit credit) =>
        new(posting.Head, credit, posting.Entries, true);

    internal static CreditDecided Unchanged(AccountHead head, Credit credit) => new(head, credit, [], false);
}
