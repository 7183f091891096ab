using System.Text.Json.Serialization;
using NodaTime;
using NodaTime.Text;

namespace Drawdown.LocalHost.Clock;

/// <summary>The body that <c>/local/clock</c> answers.</summary>
/// <param name="Now">What the clock shows, as ISO 8601 in UTC.</param>
/// <param name="Offset">How far it is ahead of real time, as an ISO 8601 duration.</param>
/// <param name="Ran">What ran because the clock was moved; absent where nothing was moved.</param>
internal sealed record ClockAnswer(
    [property: JsonPropertyName("now")] string Now,
    [property: JsonPropertyName("offset")] string Offset,
    [property: JsonPropertyName("ran"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        IReadOnlyList<ClockAnswer.Run>? Ran
)
{
    /// <summary>One function that ran.</summary>
    internal sealed record Run(
        [property: JsonPropertyName("function")] string Function,
        [property: JsonPropertyName("outcome")] string Outcome
    );

    /// <summary>Describes the clock and what ran.</summary>
    public static ClockAnswer Of(TestClock clock, IReadOnlyList<FunctionRun>? ran) =>
        new(
            InstantPattern.ExtendedIso.Format(Instant.FromDateTimeOffset(clock.GetUtcNow())),
            PeriodPattern.NormalizingIso.Format(Period.FromTicks(clock.Offset.Ticks).Normalize()),
            ran?.Select(run => new Run(run.Function, run.Succeeded ? "succeeded" : "failed")).ToList()
        );
}
