using Drawdown.Domain.Ids;

namespace Drawdown.Domain.Ledger;

/// <summary>One line of an account's ledger. It is never changed and never removed.</summary>
public sealed record LedgerEntry : ILedgerLine
{
    /// <summary>1, 2, 3, … within the account, without gaps.</summary>
    public required long Seq { get; init; }

    /// <summary>What happened.</summary>
    public required EntryType Type { get; init; }

    /// <summary>The credit it happened to.</summary>
    public required CreditId Credit { get; init; }

    /// <summary>The currency of the amounts: that of the credit. An amount without it would be half a fact.</summary>
    public required string Currency { get; init; }

    /// <summary>1, 2, 3, … within the credit.</summary>
    public required int Ordinal { get; init; }

    /// <summary>Signed: positive adds to the credit, negative takes from it.</summary>
    public required decimal Amount { get; init; }

    /// <summary>What remains of the credit after this entry, never negative.</summary>
    public required decimal BalanceAfter { get; init; }

    /// <summary>When it counts from. An expiry counts from the credit's expiry, whenever it was written down.</summary>
    public required DateTimeOffset EffectiveAt { get; init; }

    /// <summary>When it was written down.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>The id of the API key, or the name of the timer.</summary>
    public required string Actor { get; init; }

    /// <summary>The caller's words, or null.</summary>
    public required string? Reason { get; init; }

    /// <summary>The request that wrote it.</summary>
    public required string RequestId { get; init; }

    /// <summary>The drawdown that the entry belongs to, or that it reinstates.</summary>
    public required DrawdownId? Drawdown { get; init; }

    /// <summary>The hash of the entry before; <see cref="LedgerHash.Genesis"/> for the first.</summary>
    public required string PreviousHash { get; init; }

    /// <summary>The hash over all the above.</summary>
    public string Hash { get; init; } = "";

    /// <inheritdoc/>
    public string ExpectedHash() => LedgerHash.Of(this);

    /// <summary>The entry's own id, written like a credit's, because Lotus shows each entry as a balance adjustment.</summary>
    public CreditId Id => IdOf(Credit, Ordinal);

    /// <summary>
    /// The id of a credit's n-th entry. It follows from the two, so an expiry that no timer has written down yet has the
    /// id that it will have.
    /// </summary>
    public static CreditId IdOf(CreditId credit, int ordinal) =>
        new(
            RoutedHex.Derive(
                credit.Hex.Account,
                LedgerHash.Digest(
                    "entry",
                    credit.ToString(),
                    ordinal.ToString(System.Globalization.CultureInfo.InvariantCulture)
                )
            )
        );
}
