using NodaTime.Text;

namespace Drawdown.Functions.Api;

/// <summary>Reads instants: ISO 8601, date and time, the offset optional (UTC), or a date alone (its first instant in UTC).</summary>
public static class InstantText
{
    /// <summary>What a caller is told who wrote something else.</summary>
    public const string Expected = "Expected an ISO 8601 instant from 1970 to 9999, such as 2027-01-01T00:00:00Z.";

    // Table Storage begins in 1601 and agenda keys must not be negative; nothing prepaid is older than this.
    private static readonly DateTimeOffset Earliest = DateTimeOffset.UnixEpoch;

    private static readonly OffsetDateTimePattern[] WithOffset =
    [
        OffsetDateTimePattern.ExtendedIso,
        OffsetDateTimePattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd'T'HH':'mmo<Z+HH:mm>"),
        OffsetDateTimePattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd'T'HH':'mm':'ss;FFFFFFFFFo<Z+HHmm>"),
    ];

    private static readonly LocalDateTimePattern[] WithoutOffset =
    [
        LocalDateTimePattern.ExtendedIso,
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd'T'HH':'mm"),
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd"),
    ];

    /// <summary>Reads an instant; false when the text is not one, or is outside 1970 to 9999.</summary>
    public static bool TryParse(string text, out DateTimeOffset instant)
    {
        // Lotus writes a blank between date and time.
        var normal = text.Length > 10 && text[10] == ' ' ? $"{text[..10]}T{text[11..]}" : text;
        instant = default;
        foreach (var pattern in WithOffset)
            if (pattern.Parse(normal).TryGetValue(default, out var value))
                return TryNormalize(value, out instant);
        foreach (var pattern in WithoutOffset)
            if (pattern.Parse(normal).TryGetValue(default, out var value))
                return TryNormalize(value.WithOffset(NodaTime.Offset.Zero), out instant);
        return false;
    }

    private static bool TryNormalize(NodaTime.OffsetDateTime value, out DateTimeOffset instant)
    {
        instant = default;
        // The years are compared first: an instant outside 1 to 9999 cannot be converted at all.
        if (value.Year is < 1969 or > 9999)
            return false;
        var utc = value.ToInstant();
        if (utc >= NodaTime.Instant.FromUtc(9999, 12, 31, 0, 0))
            return false;
        instant = utc.ToDateTimeOffset();
        return instant >= Earliest;
    }
}
