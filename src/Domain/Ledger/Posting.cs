using System.Collections.Immutable;
using Drawdown.Domain.Accounts;
using Drawdown.Domain.Credits;
using Drawdown.Domain.Ids;

namespace Drawdown.Domain.Ledger;

/// <summary>
/// Appends entries to an account's ledger within one decision. It is the only way in which a credit's amounts change, so
/// that an amount without its entry cannot be written.
/// </summary>
public sealed class Posting(AccountHead head, Provenance by)
{
    private readonly LedgerChain<LedgerEntry> _chain = new(head);

    /// <summary>The entries so far.</summary>
    public ImmutableArray<LedgerEntry> Entries => _chain.Lines;

    /// <summary>The head after the entries so far.</summary>
    public AccountHead Head => _chain.Head;

    /// <summary>Appends one entry and returns the credit after it.</summary>
    /// <param name="amount">Positive; the type gives the sign.</param>
    /// <param name="effectiveAt">When it counts from; not before the credit's last entry.</param>
    /// <exception cref="ArgumentOutOfRangeException">The amount is not positive, or more than remains: a bug.</exception>
    public Credit Post(
        Credit credit,
        EntryType type,
        decimal amount,
        DateTimeOffset effectiveAt,
        string? reason,
        DrawdownId? drawdown = null
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(amount);
        var counts = effectiveAt > credit.LastEffectiveAt ? effectiveAt : credit.LastEffectiveAt;
        var after = credit.After(type, amount) with
        {
            LastSeq = _chain.NextSeq,
            Entries = credit.Entries + 1,
            LastEffectiveAt = counts,
        };
        var entry = new LedgerEntry
        {
            Seq = _chain.NextSeq,
            Type = type,
            Credit = credit.Id,
            Currency = credit.Currency,
            Ordinal = after.Entries,
            Amount = type.Sign() * amount,
            BalanceAfter = after.Remaining,
            EffectiveAt = counts,
            RecordedAt = by.Now,
            Actor = by.Actor,
            Reason = reason,
            RequestId = by.RequestId,
            Drawdown = drawdown,
            PreviousHash = _chain.LastHash,
        };
        _chain.Append(entry with { Hash = entry.ExpectedHash() });
        return after;
    }
}
