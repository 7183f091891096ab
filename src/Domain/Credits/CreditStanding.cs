using Drawdown.Domain.Ledger;

namespace Drawdown.Domain.Credits;

/// <summary>
/// A credit as of one instant. What is left in a closed credit has lapsed, even while no timer has posted the entry: an
/// expired credit is never spendable.
/// </summary>
/// <param name="Closing">Why it is closed: expiry or void. Null while it is open.</param>
public readonly record struct CreditStanding(Credit Credit, DateTimeOffset Now, EntryType? Closing)
{
    /// <summary>What has lapsed but is not posted yet.</summary>
    public decimal Lapsed => Closing is null ? 0m : Credit.Remaining;

    /// <summary>What is left of it.</summary>
    public decimal Remaining => Credit.Remaining - Lapsed;

    /// <summary>What has expired, posted or not.</summary>
    public decimal Expired => Credit.Expired + (Closing is EntryType.Expire ? Lapsed : 0m);

    /// <summary>What was voided, posted or not.</summary>
    public decimal Voided => Credit.Voided + (Closing is EntryType.Void ? Lapsed : 0m);

    /// <summary>What was drawn and not given back.</summary>
    public decimal Drawn => Credit.Drawn - Credit.Reinstated;

    /// <summary>Not expired, not voided and not used up. A credit that is not effective yet is active.</summary>
    public bool IsActive => Remaining > 0m;

    /// <summary>What can be drawn now.</summary>
    public decimal Spendable => Credit.EffectiveAt <= Now ? Remaining : 0m;

    /// <summary>
    /// When the rest lapsed: an expiry counts from <c>expires_at</c>, a void from when it was said, and neither from before
    /// the credit's last entry (a slice that a reversal brought back into a closed credit lapses as it arrives).
    /// </summary>
    public DateTimeOffset? ClosedAt =>
        Closing switch
        {
            EntryType.Expire => Later(Credit.ExpiresAt!.Value, Credit.LastEffectiveAt),
            EntryType.Void => Later(Credit.VoidedAt!.Value, Credit.LastEffectiveAt),
            _ => null,
        };

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
