using Drawdown.Domain.Subscriptions;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;

namespace Drawdown.Domain.Tests.Subscriptions;

public sealed class BillingAnchorTests
{
    private const int Years = 100;

    /// <summary>Any start within sixty years, in zones that change their clocks in different ways.</summary>
    internal static readonly Gen<BillingAnchor> Anchors =
        from zone in Gen.Elements(
            "UTC",
            "America/New_York",
            "America/Sao_Paulo",
            "Europe/Berlin",
            "Africa/Cairo",
            "Asia/Kathmandu",
            "Australia/Lord_Howe",
            "Pacific/Apia"
        )
        from day in Gen.Choose(0, 365 * 60)
        // Clocks are changed in the small hours.
        from minute in Gen.OneOf(Gen.Choose(0, 4 * 60 - 1), Gen.Choose(0, 24 * 60 - 1))
        from ticks in Gen.Elements(0, 1, 599_999_999)
        from duration in Gen.Elements(
            PlanDuration.Monthly,
            PlanDuration.Monthly,
            PlanDuration.Monthly,
            PlanDuration.Quarterly,
            PlanDuration.Yearly
        )
        let local = new LocalDateTime(1970, 1, 1, 0, 0).PlusDays(day).PlusMinutes(minute).PlusTicks(ticks)
        select new BillingAnchor(
            local.InZoneLeniently(DateTimeZoneProviders.Tzdb[zone]).ToDateTimeOffset(),
            duration,
            zone
        );

    [Fact]
    public void Months_anchored_on_the_31st_begin_on_the_last_day_of_a_shorter_month_and_do_not_drift() =>
        Assert.Equal(
            [
                Given.Utc(2027, 1, 31),
                Given.Utc(2027, 2, 28),
                Given.Utc(2027, 3, 31),
                Given.Utc(2027, 4, 30),
                Given.Utc(2027, 5, 31),
            ],
            Beginnings(new(Given.Utc(2027, 1, 31), PlanDuration.Monthly, "UTC"), 5)
        );

    [Fact]
    public void A_leap_year_has_its_29th_of_February() =>
        Assert.Equal(
            [Given.Utc(2028, 1, 31), Given.Utc(2028, 2, 29), Given.Utc(2028, 3, 31)],
            Beginnings(new(Given.Utc(2028, 1, 31), PlanDuration.Monthly, "UTC"), 3)
        );

    [Fact]
    public void Quarters_anchored_on_the_31st_of_August_do_not_drift() =>
        Assert.Equal(
            [
                Given.Utc(2026, 8, 31),
                Given.Utc(2026, 11, 30),
                Given.Utc(2027, 2, 28),
                Given.Utc(2027, 5, 31),
                Given.Utc(2027, 8, 31),
            ],
            Beginnings(new(Given.Utc(2026, 8, 31), PlanDuration.Quarterly, "UTC"), 5)
        );

    [Fact]
    public void Years_anchored_on_a_29th_of_February_meet_it_again_in_the_next_leap_year() =>
        Assert.Equal(
            [
                Given.Utc(2028, 2, 29),
                Given.Utc(2029, 2, 28),
                Given.Utc(2030, 2, 28),
                Given.Utc(2031, 2, 28),
                Given.Utc(2032, 2, 29),
            ],
            Beginnings(new(Given.Utc(2028, 2, 29), PlanDuration.Yearly, "UTC"), 5)
        );

    [Fact]
    public void The_century_2100_has_no_leap_day() =>
        Assert.Equal(
            Given.Utc(2100, 2, 28),
            new BillingAnchor(Given.Utc(2096, 2, 29), PlanDuration.Yearly, "UTC").BeginningOf(4)
        );

    [Fact]
    public void The_day_is_the_customers_not_that_of_UTC() =>
        // 31 January 00:30 in Berlin, which is the 30th in UTC.
        Assert.Equal(
            [Given.Utc(2027, 1, 30, 23, 30), Given.Utc(2027, 2, 27, 23, 30), Given.Utc(2027, 3, 30, 22, 30)],
            Beginnings(new(Given.Utc(2027, 1, 30, 23, 30), PlanDuration.Monthly, "Europe/Berlin"), 3)
        );

    [Fact]
    public void The_local_time_of_day_is_kept_over_a_change_to_summer_time() =>
        // Midnight in New York.
        Assert.Equal(
            [Given.Utc(2026, 3, 1, 5), Given.Utc(2026, 4, 1, 4), Given.Utc(2026, 11, 1, 4), Given.Utc(2026, 12, 1, 5)],
            new[] { 0, 1, 8, 9 }.Select(
                new BillingAnchor(Given.Utc(2026, 3, 1, 5), PlanDuration.Monthly, "America/New_York").BeginningOf
            )
        );

    [Fact]
    public void A_local_time_that_a_change_to_summer_time_skips_is_moved_forward_once() =>
        // 02:30 on the 8th in New York; on 8 March 2026 the clock goes from 02:00 to 03:00.
        Assert.Equal(
            [Given.Utc(2026, 2, 8, 7, 30), Given.Utc(2026, 3, 8, 7, 30), Given.Utc(2026, 4, 8, 6, 30)],
            Beginnings(new(Given.Utc(2026, 2, 8, 7, 30), PlanDuration.Monthly, "America/New_York"), 3)
        );

    [Fact]
    public void A_local_time_that_a_change_back_repeats_is_taken_the_first_time() =>
        // 02:30 on the 25th in Berlin; on 25 October 2026 the clock goes from 03:00 to 02:00.
        Assert.Equal(
            [Given.Utc(2026, 9, 25, 0, 30), Given.Utc(2026, 10, 25, 0, 30), Given.Utc(2026, 11, 25, 1, 30)],
            Beginnings(new(Given.Utc(2026, 9, 25, 0, 30), PlanDuration.Monthly, "Europe/Berlin"), 3)
        );

    [Fact]
    public void The_first_period_begins_at_the_very_start_even_when_its_local_time_is_repeated() =>
        Assert.Equal(
            [Given.Utc(2026, 10, 25, 1, 30), Given.Utc(2026, 11, 25, 1, 30)],
            Beginnings(new(Given.Utc(2026, 10, 25, 1, 30), PlanDuration.Monthly, "Europe/Berlin"), 2)
        );

    [Fact]
    public void A_day_that_was_skipped_as_a_whole_is_moved_forward_by_the_whole_day() =>
        // Apia had no 30 December 2011. Midnight there, first ten hours behind UTC, then fourteen ahead.
        Assert.Equal(
            [Given.Utc(2011, 11, 30, 10), Given.Utc(2011, 12, 30, 10), Given.Utc(2012, 1, 29, 10)],
            Beginnings(new(Given.Utc(2011, 11, 30, 10), PlanDuration.Monthly, "Pacific/Apia"), 3)
        );

    [Fact]
    public void There_is_no_period_before_the_first() =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new BillingAnchor(Given.April, PlanDuration.Monthly, "UTC").BeginningOf(-1)
        );

    [Fact]
    public void The_offset_in_which_the_start_was_written_changes_nothing()
    {
        var start = new DateTimeOffset(2027, 1, 31, 3, 0, 0, TimeSpan.FromHours(9));

        Assert.Equal(
            Beginnings(new(start.ToUniversalTime(), PlanDuration.Monthly, "Europe/Berlin"), 24),
            Beginnings(new(start, PlanDuration.Monthly, "Europe/Berlin"), 24)
        );
    }

    [Fact]
    public void Over_a_hundred_years_periods_follow_each_other_by_the_local_calendar() =>
        Law.HoldsFor(
            Anchors,
            anchor =>
            {
                var zone = DateTimeZoneProviders.Tzdb[anchor.Timezone];
                var start = Instant.FromDateTimeOffset(anchor.Start).InZone(zone).LocalDateTime;
                var previous = anchor.BeginningOf(0);
                Assert.Equal(anchor.Start, previous);
                for (var period = 1; period <= Years * 12 / anchor.Duration.Months(); period++)
                {
                    var begins = anchor.BeginningOf(period);
                    Assert.True(begins > previous, $"Period {period} begins at {begins:O}, after {previous:O}.");
                    Assert.Equal(Expected(start, period * anchor.Duration.Months(), zone), begins);
                    previous = begins;
                }
            },
            count: 200
        );

    [Fact]
    public void A_quarter_begins_with_every_third_month_and_a_year_with_every_twelfth() =>
        Law.HoldsFor(
            Anchors,
            anchor =>
            {
                var months = anchor with { Duration = PlanDuration.Monthly };
                var quarters = anchor with { Duration = PlanDuration.Quarterly };
                var years = anchor with { Duration = PlanDuration.Yearly };
                foreach (var year in Enumerable.Range(0, 20))
                {
                    Assert.Equal(years.BeginningOf(year), months.BeginningOf(12 * year));
                    Assert.Equal(years.BeginningOf(year), quarters.BeginningOf(4 * year));
                }
            }
        );

    // The day is the anchor's or the month's last, counted by hand; the zone only says which instant that is.
    private static DateTimeOffset Expected(LocalDateTime start, int months, DateTimeZone zone)
    {
        var month = start.Year * 12 + start.Month - 1 + months;
        var (year, monthOfYear) = (month / 12, month % 12 + 1);
        var day = Math.Min(start.Day, DateTime.DaysInMonth(year, monthOfYear));
        var local = new LocalDate(year, monthOfYear, day) + start.TimeOfDay;
        var mapping = zone.MapLocal(local);
        return mapping.Count switch
        {
            // Skipped: as the clock before the gap would have shown it.
            0 => local.WithOffset(mapping.EarlyInterval.WallOffset).ToInstant().ToDateTimeOffset(),
            _ => mapping.First().ToInstant().ToDateTimeOffset(),
        };
    }

    private static IEnumerable<DateTimeOffset> Beginnings(BillingAnchor anchor, int count) =>
        Enumerable.Range(0, count).Select(anchor.BeginningOf);
}
