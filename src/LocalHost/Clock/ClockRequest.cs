using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using NodaTime;
using NodaTime.Extensions;
using NodaTime.Text;

namespace Drawdown.LocalHost.Clock;

/// <summary>What a caller asks of the test clock: to advance by a duration or to move to an instant.</summary>
internal abstract record ClockRequest
{
    /// <summary>How far ahead of real time the clock may be. More finds nothing that less does not.</summary>
    public const int FurthestYears = 100;

    private const string Example = "like {\"advance\": \"P31D\"} or {\"to\": \"2027-01-01T00:00:00Z\"}";

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private ClockRequest() { }

    /// <summary>Advance by a duration; its calendar months and years count from the clock's present date, in UTC.</summary>
    public sealed record Advance(Period By) : ClockRequest;

    /// <summary>Move to an instant.</summary>
    public sealed record MoveTo(Instant Instant) : ClockRequest;

    /// <summary>Reads the body of <c>POST /local/clock</c>; on a fault, says which in one sentence.</summary>
    public static bool TryParse(
        ReadOnlyMemory<byte> json,
        [NotNullWhen(true)] out ClockRequest? request,
        [NotNullWhen(false)] out string? fault
    )
    {
        request = null;
        JsonProperty field;
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, Strict);
            if (document.RootElement.ValueKind != JsonValueKind.Object || document.RootElement.GetPropertyCount() != 1)
            {
                fault = $"The body must be a JSON object with one field, {Example}.";
                return false;
            }

            field = document.RootElement.EnumerateObject().Single();
            if (!field.NameEquals("advance") && !field.NameEquals("to"))
            {
                fault = $"The field '{field.Name}' is unknown; the body must be {Example}.";
                return false;
            }

            if (field.Value.ValueKind != JsonValueKind.String)
            {
                fault = $"'{field.Name}' must be a string; the body must be {Example}.";
                return false;
            }

            string text = field.Value.GetString()!;
            return field.NameEquals("advance")
                ? TryParseAdvance(text, out request, out fault)
                : TryParseTo(text, out request, out fault);
        }
        catch (JsonException malformed)
        {
            fault = $"The body is not valid JSON; it must be an object {Example}. {malformed.Message}";
            return false;
        }
    }

    /// <summary>The time to set, given the present one; on a fault, says which in one sentence.</summary>
    /// <param name="now">What the clock shows.</param>
    /// <param name="real">Real time.</param>
    /// <param name="target">The time to set.</param>
    /// <param name="fault">Why the clock cannot be set.</param>
    public bool TryApply(
        DateTimeOffset now,
        DateTimeOffset real,
        out DateTimeOffset target,
        [NotNullWhen(false)] out string? fault
    )
    {
        target = default;
        Instant present = now.ToInstant();
        Instant wanted;
        switch (this)
        {
            case Advance advance:
                wanted = present.InUtc().LocalDateTime.Plus(advance.By).InUtc().ToInstant();
                break;
            case MoveTo move when move.Instant < present:
                fault =
                    $"'to' is {InstantPattern.General.Format(move.Instant)}, but it is "
                    + $"{InstantPattern.General.Format(present)} already: the clock does not go back.";
                return false;
            case MoveTo move:
                wanted = move.Instant;
                break;
            default:
                throw new InvalidOperationException($"Unknown request: {this}.");
        }

        if (wanted > real.AddYears(FurthestYears).ToInstant())
        {
            fault = $"The clock can be at most {FurthestYears} years ahead of real time.";
            return false;
        }

        target = wanted.ToDateTimeOffset();
        fault = null;
        return true;
    }

    private static bool TryParseAdvance(
        string text,
        [NotNullWhen(true)] out ClockRequest? request,
        [NotNullWhen(false)] out string? fault
    )
    {
        request = null;
        ParseResult<Period> parsed = PeriodPattern.NormalizingIso.Parse(text);
        if (!parsed.Success || !IsForward(parsed.Value))
        {
            fault =
                $"'advance' is '{text}'; it must be an ISO 8601 duration greater than zero, like P31D, P1M or PT90S.";
            return false;
        }

        if (IsTooLong(parsed.Value))
        {
            fault = $"'advance' is '{text}'; the clock can be at most {FurthestYears} years ahead of real time.";
            return false;
        }

        request = new Advance(parsed.Value);
        fault = null;
        return true;
    }

    private static bool TryParseTo(
        string text,
        [NotNullWhen(true)] out ClockRequest? request,
        [NotNullWhen(false)] out string? fault
    )
    {
        ParseResult<OffsetDateTime> parsed = OffsetDateTimePattern.ExtendedIso.Parse(text);
        request = parsed.Success ? new MoveTo(parsed.Value.ToInstant()) : null;
        fault = parsed.Success
            ? null
            : $"'to' is '{text}'; it must be an ISO 8601 instant with its offset, like 2027-01-01T00:00:00Z.";
        return parsed.Success;
    }

    private static bool IsForward(Period period) =>
        period
            is { Years: >= 0, Months: >= 0, Weeks: >= 0, Days: >= 0, Hours: >= 0, Minutes: >= 0, Seconds: >= 0 }
                and { Milliseconds: >= 0, Ticks: >= 0, Nanoseconds: >= 0 }
        && !period.Equals(Period.Zero);

    // A rough check before the period is added to a date, which beyond the year 9999 throws.
    private static bool IsTooLong(Period period) =>
        (decimal)period.Years * 366
            + (decimal)period.Months * 31
            + (decimal)period.Weeks * 7
            + period.Days
            + (decimal)period.Hours / 24
            + (decimal)period.Minutes / (24 * 60)
            + (decimal)period.Seconds / (24 * 60 * 60)
        > (FurthestYears + 1) * 366;
}
