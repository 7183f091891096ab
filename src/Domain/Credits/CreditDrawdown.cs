using System.Collections.Immutable;
using Drawdown.Domain.Ids;
using Drawdown.Domain.Ledger;

namespace Drawdown.Domain.Credits;

/// <summary>One spending of credits: how much was taken of which credit, and whether it was taken back.</summary>
public sealed record CreditDrawdown
{
    /// <summary>The drawdown.</summary>
    public required DrawdownId Id { get; init; }

    /// <summary>An ISO 4217 code.</summary>
    public required string Currency { get; init; }

    /// <summary>The amount drawn, more than 0: the sum of the slices.</summary>
    public required decimal Amount { get; init; }

    /// <summary>What was taken, in drawdown order.</summary>
    public required ImmutableArray<Slice> Slices { get; init; }

    /// <summary>The caller's words.</summary>
    public required string? Description { get; init; }

    /// <summary>The caller's own id.</summary>
    public required string? ExternalId { get; init; }

    /// <summary>When it was drawn.</summary>
    public required DateTimeOffset DrawnAt { get; init; }

    /// <summary>Its reversal; null while it stands.</summary>
    public Reversal? Reversal { get; init; }
}

/// <summary>One entry of a drawdown or of its reversal.</summary>
/// <param name="Ordinal">The entry's number within the credit.</param>
/// <param name="Amount">More than 0.</param>
/// <param name="BalanceAfter">What remained of the credit after the entry.</param>
public sealed record Slice(CreditId Credit, int Ordinal, decimal Amount, decimal BalanceAfter)
{
    /// <summary>The ledger entry's own id.</summary>
    public CreditId Entry => LedgerEntry.IdOf(Credit, Ordinal);
}

/// <summary>The taking back of a drawdown.</summary>
/// <param name="Lapsed">What went back into credits that had expired or been voided by then, and lapsed there.</param>
/// <param name="Slices">What went back, in the order in which it was drawn.</param>
public sealed record Reversal(DateTimeOffset At, string? Reason, decimal Lapsed, ImmutableArray<Slice> Slices);
