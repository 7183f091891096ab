using NodaTime;

namespace Drawdown.Domain.Subscriptions;

/// <summary>
/// What the billing periods of a subscription are counted from. Period n begins n times the duration after the anchor, by the
/// calendar of the customer's time zone: the day of the month is kept, not drifted. Anchored on 31 January, the months begin
/// on 31 January, 28 or 29 February, 31 March.
/// </summary>
/// <param name="Start">The beginning of period 0.</param>
/// <param name="Timezone">A name of the IANA time zone database.</param>
public sealed record BillingAnchor(DateTimeOffset Start, PlanDuration Duration, string Timezone)
{
    /// <summary>The beginning of a period: the end of the one before.</summary>
    /// <remarks>
    /// A local time that a change to summer time skips is moved forward by the gap; one that a change back repeats is taken
    /// the first time.
    /// </remarks>
    /// <exception cref="OverflowException">The calendar ends before.</exception>
    public DateTimeOffset BeginningOf(int period)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(period);
        if (period == 0)
            return Start;
        var zone = DateTimeZoneProviders.Tzdb[Timezone];
        var local = Instant.FromDateTimeOffset(Start).InZone(zone).LocalDateTime;
        var begins = local.PlusMonths(checked(period * Duration.Months()));
        return begins.InZoneLeniently(zone).ToInstant().ToDateTimeOffset();
    }
}
