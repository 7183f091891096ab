namespace Drawdown.Oracle;

/// <summary>
/// The local time of three zones, by their laws as they stand since 2007: written down by hand, so that nothing is shared with the
/// time zone database that the product uses.
/// </summary>
public static class Calendar
{
    /// <summary>An instant so many months later by the clock on the wall.</summary>
    public static DateTimeOffset PlusMonths(DateTimeOffset start, int months, string zone)
    {
        if (months == 0)
            return start;
        var local = start.UtcDateTime + Offset(start.UtcDateTime, zone);
        var wanted = local.AddMonths(months);
        var (winter, summer) = Offsets(zone);
        // In an hour that comes twice it is the first one, which is still summer time.
        if (Offset(wanted - summer, zone) == summer)
            return new(wanted - summer, TimeSpan.Zero);
        // An hour that is left out begins later by what is left out: as if it were winter still.
        return new(wanted - winter, TimeSpan.Zero);
    }

    private static (TimeSpan Winter, TimeSpan Summer) Offsets(string zone) =>
        zone switch
        {
            "UTC" => (TimeSpan.Zero, TimeSpan.Zero),
            "Europe/Berlin" => (TimeSpan.FromHours(1), TimeSpan.FromHours(2)),
            "America/New_York" => (TimeSpan.FromHours(-5), TimeSpan.FromHours(-4)),
            _ => throw new ArgumentOutOfRangeException(nameof(zone), zone, "Not a zone of the simulation."),
        };

    private static TimeSpan Offset(DateTime utc, string zone)
    {
        var (winter, summer) = Offsets(zone);
        var (begins, ends) =
            zone == "America/New_York"
                ? (Sunday(utc.Year, 3, 2).AddHours(7), Sunday(utc.Year, 11, 1).AddHours(6))
                : (LastSunday(utc.Year, 3).AddHours(1), LastSunday(utc.Year, 10).AddHours(1));
        return begins <= utc && utc < ends ? summer : winter;
    }

    private static DateTime Sunday(int year, int month, int number)
    {
        var first = new DateTime(year, month, 1, 0, 0, 0, DateTimeKind.Utc);
        return first.AddDays((7 - (int)first.DayOfWeek) % 7 + 7 * (number - 1));
    }

    private static DateTime LastSunday(int year, int month)
    {
        var last = new DateTime(year, month, DateTime.DaysInMonth(year, month), 0, 0, 0, DateTimeKind.Utc);
        return last.AddDays(-(int)last.DayOfWeek);
    }
}
