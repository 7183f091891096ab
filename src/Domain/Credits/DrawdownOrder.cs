using System.Numerics;

namespace Drawdown.Domain.Credits;

/// <summary>
/// The order in which credits are drawn. It is total, so the same credits are always drawn in the same order: soonest
/// expiry first (never-expiring last), then the higher cost basis, then the earlier effective instant, then the id.
/// </summary>
/// <remarks>Soonest expiry loses the customer least; the higher cost basis recognises paid revenue before promotions.</remarks>
public sealed class DrawdownOrder : IComparer<Credit>
{
    /// <summary>The order.</summary>
    public static readonly DrawdownOrder Instance = new();

    private DrawdownOrder() { }

    /// <inheritdoc/>
    public int Compare(Credit? x, Credit? y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        var order = (x.ExpiresAt ?? DateTimeOffset.MaxValue).CompareTo(y.ExpiresAt ?? DateTimeOffset.MaxValue);
        if (order == 0)
            order = (x.ExpiresAt is null).CompareTo(y.ExpiresAt is null);
        if (order == 0)
            order = CompareCostBasis(y, x);
        if (order == 0)
            order = x.EffectiveAt.CompareTo(y.EffectiveAt);
        return order == 0 ? string.CompareOrdinal(x.Id.ToString(), y.Id.ToString()) : order;
    }

    // Cross-multiplied and exact: a quotient is rounded, and two different cost bases could compare equal.
    private static int CompareCostBasis(Credit x, Credit y) =>
        (Scaled(x.AmountPaid) * Scaled(y.Amount)).CompareTo(Scaled(y.AmountPaid) * Scaled(x.Amount));

    // An amount has at most ten decimals, so this is a whole number; a product of two has up to 40 digits, too many for a
    // decimal.
    private static BigInteger Scaled(decimal amount) => new(amount * 10_000_000_000m);
}
