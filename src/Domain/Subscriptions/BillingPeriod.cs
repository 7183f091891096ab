using Drawdown.Domain.Money;

namespace Drawdown.Domain.Subscriptions;

/// <summary>A billing period of a subscription, half-open.</summary>
/// <param name="Index">0, 1, 2, … from the anchor.</param>
/// <param name="End">Its full end, which proration is measured by.</param>
/// <param name="Until">Where it really ends: earlier than <paramref name="End"/> when the subscription ends within it.</param>
public sealed record BillingPeriod(int Index, DateTimeOffset Start, DateTimeOffset End, DateTimeOffset Until)
{
    /// <summary>The share of the full period that lies between two instants.</summary>
    public Fraction ShareOf(DateTimeOffset from, DateTimeOffset to) =>
        Fraction.Of(to.UtcTicks - from.UtcTicks, End.UtcTicks - Start.UtcTicks);

    /// <summary>The share of the full period that the subscription lasts.</summary>
    public Fraction Share => ShareOf(Start, Until);
}
