using Drawdown.Domain.Ids;
using Drawdown.Domain.Ledger;

namespace Drawdown.Domain.Credits;

/// <summary>
/// A credit as it is stored: the terms of the grant, which never change but for description and expiry, and the totals
/// of its ledger entries, which only <see cref="Posting"/> changes.
/// </summary>
public sealed record Credit : ILedgered
{
    /// <summary>The credit.</summary>
    public required CreditId Id { get; init; }

    /// <summary>An ISO 4217 code.</summary>
    public required string Currency { get; init; }

    /// <summary>The amount granted, more than 0.</summary>
    public required decimal Amount { get; init; }

    /// <summary>What the customer paid for it, 0 or more.</summary>
    public required decimal AmountPaid { get; init; }

    /// <summary>The currency of <see cref="AmountPaid"/>; null when nothing was paid.</summary>
    public required string? AmountPaidCurrency { get; init; }

    /// <summary>The first instant at which it can be spent.</summary>
    public required DateTimeOffset EffectiveAt { get; init; }

    /// <summary>The first instant at which it can no longer be spent; null: it never expires.</summary>
    public required DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>The caller's words.</summary>
    public required string? Description { get; init; }

    /// <summary>The caller's own id.</summary>
    public required string? ExternalId { get; init; }

    /// <summary>A JSON object, as text.</summary>
    public required string Metadata { get; init; }

    /// <summary>When it was voided; null: it was not.</summary>
    public DateTimeOffset? VoidedAt { get; init; }

    /// <summary>What the entries leave. It may still be above 0 after the expiry, until a timer posts the rest.</summary>
    public decimal Remaining { get; init; }

    /// <summary>All that was ever drawn, what was reinstated since included.</summary>
    public decimal Drawn { get; init; }

    /// <summary>All that reversals brought back.</summary>
    public decimal Reinstated { get; init; }

    /// <summary>All that was posted as expired.</summary>
    public decimal Expired { get; init; }

    /// <summary>All that was posted as voided.</summary>
    public decimal Voided { get; init; }

    /// <summary>The <c>seq</c> of the last entry: a reader that sees other entries saw a torn state.</summary>
    public long LastSeq { get; init; }

    /// <summary>How many entries it has.</summary>
    public int Entries { get; init; }

    /// <summary>
    /// When the last entry counts from. Entries of one credit never count from before their predecessors, or the balance
    /// at some instant in between would be below 0.
    /// </summary>
    public DateTimeOffset LastEffectiveAt { get; init; } = DateTimeOffset.MinValue;

    /// <summary>Whether the first law holds: nothing comes from nowhere and nothing is lost.</summary>
    public bool Balances => Amount + Reinstated == Remaining + Drawn + Expired + Voided && Remaining >= 0m;

    /// <summary>The credit as of an instant, whether or not a timer has written its expiry down.</summary>
    public CreditStanding StandingAt(DateTimeOffset now)
    {
        var closing =
            VoidedAt is not null ? EntryType.Void
            : ExpiresAt <= now ? EntryType.Expire
            : (EntryType?)null;
        return new(this, now, closing);
    }

    /// <summary>The totals after an entry.</summary>
    /// <exception cref="InvalidOperationException">It takes more than remains: a bug.</exception>
    internal Credit After(EntryType type, decimal amount)
    {
        var remaining = Remaining + type.Sign() * amount;
        if (remaining < 0m)
            throw new InvalidOperationException($"{Id} would fall below 0: {type.Name()} {amount} of {Remaining}.");
        var after = this with { Remaining = remaining };
        return type switch
        {
            EntryType.Grant => after,
            EntryType.Drawdown => after with { Drawn = Drawn + amount },
            EntryType.Expire => after with { Expired = Expired + amount },
            EntryType.Void => after with { Voided = Voided + amount },
            EntryType.Reinstate => after with { Reinstated = Reinstated + amount },
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not an entry type."),
        };
    }
}
